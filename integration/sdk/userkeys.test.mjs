// API keys of users.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sdk } from './client.mjs';

test("a user's key is created, listed by user and organization, validated and deleted", async () => {
  const { workos, asked } = sdk();
  const created = await workos.userManagement.createUserApiKey('user_LOCAL', {
    name: 'Laptop', organizationId: 'org_LOCAL', permissions: ['posts:read'],
  });
  const owner = { type: 'user', id: 'user_LOCAL', organizationId: 'org_LOCAL' };
  assert.match(created.value, /^sk_/);
  assert.deepEqual(created.owner, owner);

  const ids = async (list) => (await list).data.map((k) => k.id);
  assert.deepEqual(await ids(workos.userManagement.listUserApiKeys('user_LOCAL')), [created.id]);
  assert.deepEqual(await ids(workos.userManagement.listUserApiKeys('user_LOCAL', { organizationId: 'org_LOCAL' })), [created.id]);
  assert.deepEqual(await ids(workos.userManagement.listUserApiKeys('user_LOCAL', { organizationId: 'org_LOCAL_1' })), []);
  assert.deepEqual(await ids(workos.apiKeys.listOrganizationApiKeys({ organizationId: 'org_LOCAL' })), [created.id]);

  assert.deepEqual((await workos.apiKeys.createValidation({ value: created.value })).apiKey.owner, owner);
  await workos.apiKeys.deleteApiKey(created.id);
  assert.deepEqual(await ids(workos.userManagement.listUserApiKeys('user_LOCAL')), []);
  assert.ok(asked.every((a) => a.source !== 'upstream'), JSON.stringify(asked));
});
