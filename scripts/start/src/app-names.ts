/** The apps of the chain in the order of the path; the first one answers the API. */
export const stageNames = ['intake', 'detect', 'aggregate'] as const;

export type AppName = (typeof stageNames)[number] | 'face';
