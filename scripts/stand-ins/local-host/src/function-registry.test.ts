import { describe, expect, it } from 'vitest';
import { FunctionRegistry, functionsOf } from './function-registry.ts';

const handler = () => undefined;
const timer = { type: 'timerTrigger', direction: 'in', schedule: '* * * * * *' };
const http = { type: 'httpTrigger', direction: 'in', methods: ['get'], authLevel: 'function' };

function registered(name: string, bindings: object, more: object = {}): FunctionRegistry {
  const registry = new FunctionRegistry();
  registry.register({ name, bindings, ...more }, handler);
  return registry;
}

describe('the functions of an app', () => {
  it('are known with their triggers', () => {
    const registry = registered('tick', { timer1: timer });
    registry.register({ name: 'call', bindings: { req: http, $return: { type: 'http', direction: 'out' } } }, handler);
    const functions = registry.seal();
    expect(functionsOf(functions, 'timerTrigger')).toMatchObject([{ name: 'tick', inputName: 'timer1' }]);
    expect(functionsOf(functions, 'httpTrigger')).toMatchObject([{ name: 'call', trigger: { methods: ['GET'] } }]);
    expect(functionsOf(functions, 'queueTrigger')).toEqual([]);
  });

  it("use the host's own storage if they name none", () => {
    const [fn] = registered('work', { q: { type: 'queueTrigger', direction: 'in', queueName: 'x' } }).seal();
    expect(fn?.trigger).toMatchObject({ connection: 'AzureWebJobsStorage' });
  });

  it('can be removed again while the app is loaded', () => {
    const registry = new FunctionRegistry();
    const remove = registry.register({ name: 'tick', bindings: { timer } }, handler);
    remove();
    expect(registry.seal()).toEqual([]);
  });

  it('are refused if a name occurs twice, after the app was loaded, and with features that this host lacks', () => {
    const registry = registered('tick', { timer });
    const again = () => registry.register({ name: 'tick', bindings: { timer } }, handler);
    expect(again).toThrow('Two functions are named "tick"');
    registry.seal();
    expect(again).toThrow('after the app was loaded');
    expect(() => registered('b', { b: { type: 'blobTrigger', direction: 'in' } })).toThrow('"b" uses blobTrigger');
    expect(() => registered('o', { timer, out: { type: 'queue', direction: 'out' } })).toThrow('"o" uses queue');
    expect(() => registered('r', { timer }, { retryOptions: {} })).toThrow('"r" has a retry policy');
    expect(() => registered('n', {})).toThrow('"n" has no trigger');
  });
});
