import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SelfSigned {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/**
 * Makes a self-signed certificate for some host names, valid from yesterday until tomorrow. Writes the
 * certificate and its key into a folder. It is made again for each test, because a repository keeps no
 * private key. Node can make everything except the certificate's few bytes (RFC 5280).
 */
export async function writeSelfSigned(folder: string, hosts: readonly string[]): Promise<SelfSigned> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  const body = unsigned(publicKey, hosts);
  const signature = sign('sha256', body, createPrivateKey(privateKey));
  const der = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.concat([Buffer.of(0), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const certificate = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  const [certificateFile, keyFile] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  await writeFile(certificateFile, certificate);
  await writeFile(keyFile, privateKey, { mode: 0o600 });
  return { certificate, key: privateKey, certificateFile, keyFile };
}

/** TBSCertificate: version 3, serial number 1, the same issuer and subject. */
function unsigned(publicKey: Buffer, hosts: readonly string[]): Buffer {
  const name = sequence(tagged(0x31, sequence(commonName, tagged(0x0c, Buffer.from('Tally test')))));
  const dayMs = 86_400_000;
  const validity = sequence(utcTime(Date.now() - dayMs), utcTime(Date.now() + dayMs));
  const names = sequence(...hosts.map((host) => tagged(0x82, Buffer.from(host))));
  const extensions = tagged(0xa3, sequence(sequence(subjectAltName, tagged(0x04, names))));
  const version = tagged(0xa0, tagged(0x02, Buffer.of(2)));
  const serial = tagged(0x02, Buffer.of(1));
  return sequence(version, serial, ecdsaWithSha256, name, validity, name, publicKey, extensions);
}

/**
 * DER: a tag, a length and the content. The length is one byte or, from 128 on, one or two bytes after their
 * count.
 */
function tagged(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

/** As `YYMMDDhhmmssZ`. */
function utcTime(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replace(/\D/g, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

/** 2.5.4.3 */
const commonName = tagged(0x06, Buffer.of(0x55, 0x04, 0x03));
/** 2.5.29.17 */
const subjectAltName = tagged(0x06, Buffer.of(0x55, 0x1d, 0x11));
/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(tagged(0x06, Buffer.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)));
