// Client secrets of Connect applications.
import assert from 'node:assert/strict';
import test from 'node:test';
import { accessToken, sdk, sources } from './client.mjs';

test('a secret is created, works, is listed without its value, and is deleted', async () => {
  const { workos, asked } = sdk();
  const application = await workos.connect.createM2MApplication('Rotating', 'org_LOCAL');
  const { id, clientId } = application;
  assert.deepEqual(await workos.connect.listApplicationClientSecrets({ id }), []);

  const created = await workos.connect.createApplicationClientSecret({ id });
  assert.match(created.secret, /^[0-9a-f]{64}$/);
  assert.ok(created.secret.endsWith(created.secretHint));
  assert.equal(created.lastUsedAt, null);

  const credentials = { clientId, secret: created.secret };
  assert.ok(await accessToken(credentials));
  const [listed, ...more] = await workos.connect.listApplicationClientSecrets({ id: clientId });
  assert.deepEqual(more, []);
  assert.deepEqual([listed.id, listed.secretHint, 'secret' in listed], [created.id, created.secretHint, false]);
  assert.ok(listed.lastUsedAt instanceof Date);

  await workos.connect.deleteClientSecret({ id: created.id });
  await assert.rejects(accessToken(credentials), /401 .*invalid_client/);
  assert.deepEqual(sources(asked), ['emulator']);
});

test('a sixth secret is refused', async () => {
  const { workos } = sdk();
  const { id } = await workos.connect.createM2MApplication('Hoarder', 'org_LOCAL');
  for (let i = 0; i < 5; i++) await workos.connect.createApplicationClientSecret({ id });
  await assert.rejects(workos.connect.createApplicationClientSecret({ id }), { name: 'UnprocessableEntityException', status: 422 });
  assert.equal((await workos.connect.listApplicationClientSecrets({ id })).length, 5);
});
