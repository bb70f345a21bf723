import * as z from 'zod';

/** `host:port` as a URL writes it, always with the port. */
const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-f:.]+\]|[^\s:/@[\]]+):\d{1,5}$/i, 'must be host:port, such as 127.0.0.1:8080');

/**
 * A setting that lists, separated by commas, the hosts that may be asked although their address isn't public.
 * Default: none.
 */
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
