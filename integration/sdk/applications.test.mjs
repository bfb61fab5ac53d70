// Connect applications.
import assert from 'node:assert/strict';
import test from 'node:test';
import { machine, sdk, sources } from './client.mjs';

test('an M2M application is created, found by either id, changed and deleted', async () => {
  const { workos, asked } = sdk();
  const created = await workos.connect.createM2MApplication('Worker', 'org_LOCAL', 'Does the work', ['posts:read']);
  assert.equal(created.applicationType, 'm2m');
  assert.equal(created.organizationId, 'org_LOCAL');
  assert.deepEqual(created.scopes, ['posts:read']);

  assert.deepEqual(await workos.connect.getApplication({ id: created.id }), created);
  assert.deepEqual(await workos.connect.getApplication({ id: created.clientId }), created);

  // The SDK sends null for whatever it is not given, and null clears.
  const changed = await workos.connect.updateApplication({ id: created.id, name: 'Renamed', scopes: ['posts:write'] });
  assert.deepEqual([changed.name, changed.scopes, changed.description], ['Renamed', ['posts:write'], null]);
  assert.ok(changed.updatedAt >= created.updatedAt);

  await workos.connect.deleteApplication({ id: created.clientId });
  assert.deepEqual(sources(asked), ['emulator']);
  await assert.rejects(workos.connect.getApplication({ id: created.id }), { name: 'NotFoundException' });
  assert.equal(asked.at(-1).source, 'upstream'); // a deleted application is not known here any more
});

test('OAuth applications of both parties', async () => {
  const { workos } = sdk();
  const redirectUris = [{ uri: 'https://app.example/a', default: false }, { uri: 'https://app.example/b', default: true }];
  const first = await workos.connect.createOAuthApplication('Portal', true, null, ['openid'], redirectUris, true);
  assert.deepEqual([first.isFirstParty, first.usesPkce, first.redirectUris], [true, true, redirectUris]);

  const third = await workos.connect.createApplication({
    applicationType: 'oauth', name: 'Partner', isFirstParty: false, organizationId: 'org_LOCAL',
  });
  assert.deepEqual([third.isFirstParty, third.wasDynamicallyRegistered, third.organizationId], [false, false, 'org_LOCAL']);

  const moved = await workos.connect.updateApplication({ id: first.id, name: 'Portal', redirectUris: [{ uri: 'https://new.example/cb' }] });
  assert.deepEqual(moved.redirectUris, [{ uri: 'https://new.example/cb', default: true }]);
});

test('the union form creates an M2M application', async () => {
  const { workos } = sdk();
  const created = await workos.connect.createApplication({ applicationType: 'm2m', name: 'Union', organizationId: 'org_LOCAL' });
  assert.deepEqual([created.applicationType, created.description, created.scopes], ['m2m', null, []]);
});

test('the list holds both sides, and filters by organization', async () => {
  const { workos, asked } = sdk();
  const all = await workos.connect.listApplications();
  assert.deepEqual(asked.map((a) => a.source), ['merged']);
  assert.ok(all.data.some((a) => a.clientId === machine.clientId));
  assert.ok(all.data.some((a) => a.name === 'Theirs'));
  const ours = await workos.connect.listApplications({ organizationId: 'org_LOCAL', order: 'asc', limit: 1 });
  assert.deepEqual(ours.data.map((a) => a.clientId), [machine.clientId]);
});
