// Users: those of the seed are read here, all others are the real WorkOS's.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sdk, sources } from './client.mjs';

test('a seeded user is found by id, external id and e-mail address', async () => {
  const { workos, asked } = sdk();
  const user = await workos.userManagement.getUser('user_LOCAL');
  assert.deepEqual([user.email, user.firstName, user.lastName, user.name], ['ada@local.example', 'Ada', 'Byron', 'Ada Byron']);
  assert.deepEqual(await workos.userManagement.getUserByExternalId('ada'), user);
  assert.deepEqual(sources(asked), ['emulator']);
  const found = await workos.userManagement.listUsers({ email: 'ada@local.example' });
  assert.deepEqual(found.data[0], user);
});

test('the list holds both sides', async () => {
  const { workos, asked } = sdk();
  const all = await (await workos.userManagement.listUsers()).autoPagination();
  assert.deepEqual(all.map((u) => u.id).sort(), ['user_LOCAL', 'user_LOCAL_2', 'user_THEIRS']);
  assert.deepEqual(sources(asked), ['merged']);
});

test('any other user is the real one', async () => {
  const { workos, asked } = sdk();
  assert.equal((await workos.userManagement.getUser('user_REAL')).email, 'real@theirs.example');
  const created = await workos.userManagement.createUser({ email: 'new@theirs.example' });
  assert.equal((await workos.userManagement.updateUser({ userId: created.id, firstName: 'New' })).id, created.id);
  await workos.userManagement.deleteUser(created.id);
  assert.deepEqual(sources(asked), ['upstream']);
});
