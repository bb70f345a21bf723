import ipaddr from 'ipaddr.js';

/**
 * Azure's virtual address for platform services (DNS, health, agent) in every virtual network. It is in
 * public space, so no range check catches it.
 */
const azurePlatformAddress = '168.63.129.16';

/** All public IPv6 space so far (RFC 4291, 2.4). Everything outside it is special or unassigned. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Why we must not connect to the address for a caller, or undefined if it is public. Public means an ordinary
 * unicast address: not private, loopback, link-local (where clouds keep their metadata service), multicast,
 * carrier-grade NAT, reserved or unspecified. An IPv6 form that carries an IPv4 address inside (mapped,
 * compatible, NAT64, 6to4, Teredo) is refused even for a public address: a photo's address has no honest use
 * for it.
 */
export function refusalOf(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return 'not an address';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== 'unicast') return range;
  if (parsed.kind() === 'ipv6') return parsed.match(globalUnicast) ? undefined : 'outside of global unicast space';
  return parsed.toString() === azurePlatformAddress ? 'cloud platform' : undefined;
}
