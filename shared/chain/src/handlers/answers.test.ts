import { describe, expect, it } from 'vitest';
import { blobRefSchema } from './blobs.ts';
import { FatalError, FatalRunError, RetryAfterError } from './errors.ts';
import { Again } from './work.ts';

describe('the result of a handler', () => {
  it('asks to be called again after a while, with a state', () => {
    expect(new Again('30s', { looks: 3 })).toMatchObject({ afterMs: 30_000, state: { looks: 3 } });
    expect(new Again('30s').state).toBeUndefined();
  });

  it('gives up the work, or the run with it', () => {
    const cause = new Error('underneath');
    const work = new FatalError('Infected', 'the file holds a virus', { cause });
    expect(work).toMatchObject({ name: 'FatalError', code: 'Infected', message: 'the file holds a virus', cause });
    const run = new FatalRunError('NoLicence', 'the licence is over');
    expect(run).toBeInstanceOf(FatalError);
    expect(run.name).toBe('FatalRunError');
    expect(work).not.toBeInstanceOf(FatalRunError);
  });

  it('asks for another try after a minimum delay', () => {
    const error = new RetryAfterError('MailBusy', 'the mail server asks to wait', '2m');
    expect(error).toMatchObject({ name: 'RetryAfterError', code: 'MailBusy', afterMs: 120_000 });
    expect(error).not.toBeInstanceOf(FatalError);
  });

  it('names a blob by its container, name and size only', () => {
    const ref = { container: 'files', name: 'a/order.pdf', bytes: 12 };
    expect(blobRefSchema.parse(ref)).toEqual(ref);
    expect(blobRefSchema.safeParse({ ...ref, url: 'https://example.org' }).success).toBe(false);
    expect(blobRefSchema.safeParse({ ...ref, bytes: -1 }).success).toBe(false);
  });
});
