import { describe, expect, it } from 'vitest';
import { refusalOf } from './address-guard.ts';

describe('an address that a caller supplies', () => {
  it.each([
    '8.8.8.8',
    '20.60.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '192.167.255.255',
    '2606:4700:4700::1111',
    '2a01:111:f100::1',
  ])('is allowed if it is public: %s', (address) => {
    expect(refusalOf(address)).toBeUndefined();
  });

  it.each([
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['loopback', '127.0.0.1'],
    ['loopback, elsewhere in its range', '127.255.255.254'],
    ['cloud metadata', '169.254.169.254'],
    ['link-local', '169.254.0.1'],
    ['Azure platform', '168.63.129.16'],
    ['carrier-grade NAT', '100.64.0.1'],
    ["another cloud's metadata", '100.100.100.200'],
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['multicast', '224.0.0.1'],
    ['multicast', '239.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['protocol assignments', '192.0.0.170'],
    ['benchmarking', '198.18.0.1'],
    ['6to4 relay', '192.88.99.1'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['IPv6 link-local', 'fe80::1'],
    ['IPv6 link-local with a zone', 'fe80::1%eth0'],
    ['IPv6 site-local', 'fec0::1'],
    ['IPv6 unique local', 'fd12:3456::1'],
    ['IPv6 cloud metadata', 'fd00:ec2::254'],
    ['IPv6 multicast', 'ff02::1'],
    ['IPv6 documentation', '2001:db8::1'],
    ['IPv6 documentation, the newer', '3fff::1'],
    ['IPv6 discard', '100::1'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['mapped loopback in hexadecimal', '::ffff:7f00:1'],
    ['mapped metadata', '::ffff:169.254.169.254'],
    ['mapped public', '::ffff:8.8.8.8'],
    ['compatible loopback', '::127.0.0.1'],
    ['translated', '::ffff:0:127.0.0.1'],
    ['NAT64 loopback', '64:ff9b::7f00:1'],
    ['NAT64 metadata', '64:ff9b::169.254.169.254'],
    ['NAT64, local prefix', '64:ff9b:1::a00:1'],
    ['6to4 of a private address', '2002:a00:1::1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['outside of what is given out', '4000::1'],
    ['no address at all', 'localhost'],
    ['empty', ''],
  ])('is refused: %s %s', (_what, address) => {
    expect(refusalOf(address)).toEqual(expect.any(String));
  });
});
