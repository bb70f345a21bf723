import { z } from 'zod';

/** `host:port` as a URL writes it, the port always said. */
const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-f:.]+\]|[^\s:/@[\]]+):\d{1,5}$/i, 'must be host:port, such as 127.0.0.1:8080');

/** A setting that lists the hosts which may be asked though their address isn't public, with commas between; default none. */
export const allowedHostsSchema = z
  .string()
  .default('')
  .transform((list) =>
    list
      .toLowerCase()
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
  )
  .pipe(z.array(hostAndPort))
  .transform((hosts): ReadonlySet<string> => new Set(hosts));
