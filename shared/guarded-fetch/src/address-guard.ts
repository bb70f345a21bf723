import ipaddr from 'ipaddr.js';

/**
 * Azure's virtual address for platform services (DNS, health, agent) in every virtual network. It lies in public space, so
 * no range check catches it.
 */
const azurePlatformAddress = '168.63.129.16';

/** All public IPv6 space there is so far (RFC 4291, 2.4); what is outside of it is special or not given out. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Why the address must not be connected to on behalf of a caller; undefined when it is public. Public means an ordinary
 * unicast address: not private, loopback, link-local (where clouds keep their metadata service), multicast, carrier-grade
 * NAT, reserved, unspecified; and no IPv6 form that carries an IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo),
 * even of a public one: such a form has no honest use in a photo's address.
 */
export function refusalOf(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return 'not an address';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== 'unicast') return range;
  if (parsed.kind() === 'ipv6') return parsed.match(globalUnicast) ? undefined : 'outside of global unicast space';
  return parsed.toString() === azurePlatformAddress ? 'cloud platform' : undefined;
}
