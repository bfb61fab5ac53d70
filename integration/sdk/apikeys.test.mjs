// API keys of organizations: created, listed, validated, used and deleted.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sdk, sources } from './client.mjs';

test('an organization key is created, validated, listed and deleted', async () => {
  const { workos, asked } = sdk();
  const created = await workos.apiKeys.createOrganizationApiKey({
    organizationId: 'org_LOCAL', name: 'CI', permissions: ['posts:read'],
  });
  assert.match(created.value, /^sk_/);
  assert.equal(created.obfuscatedValue, `sk_...${created.value.slice(-4)}`);
  assert.deepEqual(created.owner, { type: 'organization', id: 'org_LOCAL' });
  assert.deepEqual(created.permissions, ['posts:read']);
  assert.equal(created.lastUsedAt, null);

  const { apiKey } = await workos.apiKeys.createValidation({ value: created.value });
  assert.equal(apiKey.id, created.id);
  assert.ok(Date.parse(apiKey.lastUsedAt) >= Date.parse(created.createdAt));
  assert.ok(!('value' in apiKey));

  const listed = await workos.apiKeys.listOrganizationApiKeys({ organizationId: 'org_LOCAL' });
  assert.deepEqual(listed.data.map((k) => k.id), [created.id]);

  await workos.apiKeys.deleteApiKey(created.id);
  assert.deepEqual(await workos.apiKeys.createValidation({ value: created.value }), { apiKey: null });
  assert.deepEqual((await workos.apiKeys.listOrganizationApiKeys({ organizationId: 'org_LOCAL' })).data, []);
  assert.ok(asked.every((a) => a.source !== 'upstream'), JSON.stringify(asked));
});

test('a key for an organization of the real WorkOS lives here', async () => {
  const { workos, asked } = sdk();
  const created = await workos.apiKeys.createOrganizationApiKey({ organizationId: 'org_REAL', name: 'mixed' });
  assert.equal((await workos.apiKeys.createValidation({ value: created.value })).apiKey.id, created.id);
  assert.deepEqual(sources(asked), ['emulator']);
});

test('a create that is repeated with its idempotency key creates once', async () => {
  const { workos } = sdk();
  const create = (idempotencyKey) =>
    workos.apiKeys.createOrganizationApiKey({ organizationId: 'org_LOCAL_3', name: 'once' }, { idempotencyKey });
  assert.deepEqual(await create('a'), await create('a'));
  await create('b');
  assert.equal((await workos.apiKeys.listOrganizationApiKeys({ organizationId: 'org_LOCAL_3' })).data.length, 2);
});

test('a value that is not local is validated by the real WorkOS', async () => {
  const { workos, asked } = sdk();
  assert.equal((await workos.apiKeys.createValidation({ value: 'sk_theirs' })).apiKey.name, 'Theirs');
  assert.deepEqual(sources(asked), ['upstream']);
});

test("a customer's own key reads what is emulated, and nothing of the real WorkOS", async () => {
  const { workos } = sdk();
  const { value, id } = await workos.apiKeys.createOrganizationApiKey({ organizationId: 'org_LOCAL', name: 'customer' });
  const customer = sdk(value);
  assert.equal((await customer.workos.organizations.getOrganization('org_LOCAL')).name, 'Local');
  await assert.rejects(customer.workos.organizations.getOrganization('org_REAL'), { name: 'UnauthorizedException' });
  assert.deepEqual(sources(customer.asked), ['emulator']);
  await workos.apiKeys.deleteApiKey(id);
  await assert.rejects(customer.workos.organizations.getOrganization('org_LOCAL'), { name: 'UnauthorizedException' });
});
