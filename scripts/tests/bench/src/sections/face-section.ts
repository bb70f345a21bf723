import { linesSvg } from '../charts/lines.ts';
import type { FaceService } from '../measurements/face-service.ts';
import { figure, goal, type Section, table } from '../page/section.ts';

const RATIO = 0.9;

export function faceSection({ workers, images, seconds, bare, memory }: FaceService): Section {
  const bareSpeed = bare.reduce((sum, run) => sum + run.images, 0) / bare.reduce((sum, run) => sum + run.seconds, 0);
  const speed = images / seconds;
  const ratio = speed / bareSpeed;
  const text = [
    `The six photos of the demo again and again, ${workers} detectors: by the service over HTTP, which fetches each photo again, and by the same detectors alone, which get the bytes.`,
    table(
      ['images', 'service, images/s', 'models alone, images/s', 'ratio', 'goal'],
      [[figure(images), figure(speed, 2), figure(bareSpeed, 2), figure(ratio, 2), goal(ratio >= RATIO, `${RATIO}`)]],
    ),
    '![memory of the face service](face.svg)',
  ];
  const points = memory.flatMap((at) => [
    { x: at.images, y: at.serviceMiB, line: 'service' },
    { x: at.images, y: at.workersMiB, line: 'detectors' },
  ]);
  return {
    title: 'The face service',
    text: text.join('\n\n'),
    plots: { face: linesSvg(points, { x: 'images so far', y: 'memory, MiB' }) },
  };
}
