// What is not emulated goes to the real WorkOS.
import assert from 'node:assert/strict';
import test from 'node:test';
import { realKey, sdk, sources } from './client.mjs';
import { anything, computed, emulated, keyInBody, names, proxied } from './methods.mjs';

/** Calls a method, whatever comes of it. */
const call = (workos, name, args) => {
  const [area, method] = name.split('.');
  return workos[area][method](...args).catch(() => {});
};

test('no method of the SDK is forgotten', () => {
  const { workos } = sdk();
  const known = [...names(emulated), ...names(computed), ...names(keyInBody), ...Object.keys(proxied)];
  const has = ['apiKeys', 'connect', 'organizations', 'userManagement'].flatMap((area) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(workos[area])).filter((m) => m !== 'constructor').map((m) => `${area}.${m}`));
  assert.deepEqual(known.sort(), has.sort());
});

for (const [name, expected] of Object.entries(proxied)) {
  test(name, async () => {
    const { workos, asked } = sdk();
    await call(workos, name, expected.includes(':id') ? ['id_X', anything] : [anything]);
    assert.deepEqual(asked.map((a) => [a.request, a.source]), [[expected.replace(':id', 'id_X'), 'upstream']]);
  });
}

for (const name of names(keyInBody)) {
  test(`${name} with the real key`, async () => {
    const { workos, asked } = sdk(realKey);
    await call(workos, name, [anything]);
    assert.deepEqual(asked.map((a) => [a.request, a.source]), [['POST /user_management/authenticate', 'upstream']]);
  });

  test(`${name} with a key of the seed`, async () => {
    const { workos, asked } = sdk();
    await call(workos, name, [anything]);
    assert.deepEqual(asked.map((a) => [a.request, a.source]), [['POST /user_management/authenticate', 'upstream']]);
  });
}

for (const key of [undefined, realKey]) {
  test(`a login with ${key ? 'the real key' : 'a key of the seed'} answers with what the real WorkOS says`, async () => {
    const { workos } = sdk(key);
    const { user, accessToken } = await workos.userManagement.authenticateWithCode({ code: '123456' });
    assert.deepEqual([user.id, accessToken], ['user_REAL', 'their.access.token']);
  });
}

test('areas that nothing is emulated of', async () => {
  const { workos, asked } = sdk();
  assert.equal((await workos.events.listEvents({ events: ['user.created'] })).data[0].id, 'event_THEIRS');
  await assert.rejects(workos.sso.getConnection('conn_X'), { name: 'NotFoundException', message: 'not found by the real one' });
  await assert.rejects(workos.groups.listGroups({ organizationId: 'org_LOCAL' }), { name: 'NotFoundException' });
  assert.deepEqual(sources(asked), ['upstream']);
});
