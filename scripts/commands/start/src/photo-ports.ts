import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { freePorts, isPortFree } from './loopback-ports.ts';

const portsSchema = z.array(z.int().min(1024).max(65_535));

/**
 * Ports of 127.0.0.1 on which no program listens. The previous ports come first, so that URLs of photos in
 * kept runs still lead to the same photos.
 * @param file where they are kept; a missing or damaged file counts as empty
 */
export async function rememberedPorts(count: number, file: string): Promise<number[]> {
  const known = [...new Set(read(file))];
  const areFree = await Promise.all(known.map(isPortFree));
  const kept = known.filter((_, index) => areFree[index]).slice(0, count);
  const fresh = (await freePorts(count)).filter((port) => !kept.includes(port));
  const ports = [...kept, ...fresh].slice(0, count);
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

function read(file: string): number[] {
  try {
    return portsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return []; // With other ports only the URLs of earlier photos are lost.
  }
}
