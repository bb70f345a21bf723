import { type Part, partOf } from '../measurement.ts';
import { coldStartSection } from '../sections/cold-start-section.ts';
import { faceSection } from '../sections/face-section.ts';
import { fanInSection } from '../sections/fan-in-section.ts';
import { idleSection } from '../sections/idle-section.ts';
import { latencySection } from '../sections/latency-section.ts';
import { memorySection } from '../sections/memory-section.ts';
import { millionSection } from '../sections/million-section.ts';
import { pageSection } from '../sections/page-section.ts';
import { parallelismSection } from '../sections/parallelism-section.ts';
import { profileSection } from '../sections/profile-section.ts';
import { requestsSection } from '../sections/requests-section.ts';
import { scaleOutSection } from '../sections/scale-out-section.ts';
import { startsSection } from '../sections/starts-section.ts';
import { throughputSection } from '../sections/throughput-section.ts';
import { coldStartSchema, measureColdStart } from './cold-start.ts';
import { faceServiceSchema, measureFaceService } from './face-service.ts';
import { fanInSchema, measureFanIn } from './fan-in.ts';
import { idleSchema, measureIdle } from './idle.ts';
import { latencySchema, measureLatency } from './latency.ts';
import { measureMemory, memorySchema } from './memory.ts';
import { measureMillion, millionSchema } from './million.ts';
import { measurePage, pageSchema } from './page.ts';
import { measureParallelism, parallelismSchema } from './parallelism.ts';
import { measureProfile, profileSchema } from './profile.ts';
import { measureScaleOut, scaleOutSchema } from './scale-out.ts';
import { measureStarts, startsSchema } from './starts.ts';
import { measureRequests, requestsSchema } from './storage-requests.ts';
import { measureThroughput, throughputSchema } from './throughput.ts';

/** All parts, in the order in which they are measured and shown. */
export const parts: readonly Part[] = [
  partOf({ name: 'requests', minutes: 3, schema: requestsSchema, measure: measureRequests, section: requestsSection }),
  partOf({
    name: 'throughput',
    minutes: 10,
    schema: throughputSchema,
    measure: measureThroughput,
    section: throughputSection,
  }),
  partOf({ name: 'profile', minutes: 1, schema: profileSchema, measure: measureProfile, section: profileSection }),
  partOf({
    name: 'parallelism',
    minutes: 7,
    schema: parallelismSchema,
    measure: measureParallelism,
    section: parallelismSection,
  }),
  partOf({ name: 'scale-out', minutes: 5, schema: scaleOutSchema, measure: measureScaleOut, section: scaleOutSection }),
  partOf({ name: 'latency', minutes: 13, schema: latencySchema, measure: measureLatency, section: latencySection }),
  partOf({ name: 'starts', minutes: 20, schema: startsSchema, measure: measureStarts, section: startsSection }),
  partOf({ name: 'fan-in', minutes: 2, schema: fanInSchema, measure: measureFanIn, section: fanInSection }),
  partOf({ name: 'idle', minutes: 25, schema: idleSchema, measure: measureIdle, section: idleSection }),
  partOf({ name: 'memory', minutes: 4, schema: memorySchema, measure: measureMemory, section: memorySection }),
  partOf({
    name: 'cold-start',
    minutes: 2,
    schema: coldStartSchema,
    measure: measureColdStart,
    section: coldStartSection,
  }),
  partOf({ name: 'face', minutes: 12, schema: faceServiceSchema, measure: measureFaceService, section: faceSection }),
  partOf({ name: 'page', minutes: 10, schema: pageSchema, measure: measurePage, section: pageSection }),
  partOf({ name: 'million', minutes: 6, schema: millionSchema, measure: measureMillion, section: millionSection }),
];
