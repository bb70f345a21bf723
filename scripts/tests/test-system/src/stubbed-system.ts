import { type StubFace, type StubFaceOptions, startStubFace } from '@tally/testing';
import { buildApps, startTestSystem, type TestSystem, type TestSystemOptions } from './test-system.ts';

export type StubbedSystemOptions = Omit<TestSystemOptions, 'faceEndpoint'> & { readonly face?: StubFaceOptions };

/** A test system with a stub as its Face endpoint, for tests of everything except faces. */
export type StubbedSystem = TestSystem & { readonly face: StubFace };

/** Builds what is older than its sources, and starts everything. `stop` also ends the stub. */
export async function startStubbedSystem({
  face: faceOptions,
  ...options
}: StubbedSystemOptions = {}): Promise<StubbedSystem> {
  await buildApps();
  const face = await startStubFace(faceOptions);
  try {
    const system = await startTestSystem({ faceEndpoint: face.endpoint, ...options });
    const stop = async () => {
      await system.stop();
      await face.stop();
    };
    return { ...system, face, stop };
  } catch (error) {
    await face.stop();
    throw error;
  }
}
