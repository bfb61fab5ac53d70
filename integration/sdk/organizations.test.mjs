// Organizations: those of the seed, and those of the real WorkOS.
import assert from 'node:assert/strict';
import test from 'node:test';
import { alone, environmentKey, sdk, sources } from './client.mjs';

test('a seeded organization is read, changed and deleted here', async () => {
  const { workos, asked } = sdk();
  const local = await workos.organizations.getOrganization('org_LOCAL');
  assert.deepEqual(await workos.organizations.getOrganizationByExternalId('local'), local);
  assert.deepEqual([local.name, local.externalId, local.metadata], ['Local', 'local', { tier: 'gold' }]);
  assert.equal(local.domains[0].domain, 'local.example');

  const changed = await workos.organizations.updateOrganization({
    organization: 'org_LOCAL',
    name: 'Renamed',
    externalId: 'renamed',
    stripeCustomerId: 'cus_1',
    metadata: { tier: 'platinum' },
    domainData: [{ domain: 'new.example', state: 'pending' }],
  });
  assert.deepEqual([changed.name, changed.externalId, changed.stripeCustomerId, changed.metadata], ['Renamed', 'renamed', 'cus_1', { tier: 'platinum' }]);
  assert.deepEqual(changed.domains.map((d) => [d.domain, d.state]), [['new.example', 'pending']]);
  assert.deepEqual(await workos.organizations.getOrganizationByExternalId('renamed'), changed);

  await workos.organizations.deleteOrganization('org_LOCAL_1');
  assert.deepEqual(sources(asked), ['emulator']);
  await assert.rejects(workos.organizations.getOrganization('org_LOCAL_1'), { name: 'NotFoundException' });
});

test('an organization of the real WorkOS is read and created there', async () => {
  const { workos, asked } = sdk();
  assert.equal((await workos.organizations.getOrganization('org_REAL')).name, 'Real');
  assert.equal((await workos.organizations.createOrganization({ name: 'New' })).name, 'Made there');
  assert.deepEqual(sources(asked), ['upstream']);
});

test('with nobody behind, an organization is created here', async () => {
  const { workos, asked } = sdk(environmentKey, alone);
  const created = await workos.organizations.createOrganization({ name: 'New', externalId: 'new', metadata: { a: 'b' } });
  assert.deepEqual([created.name, created.externalId, created.metadata], ['New', 'new', { a: 'b' }]);
  assert.deepEqual(await workos.organizations.getOrganization(created.id), created);
  assert.deepEqual(sources(asked), ['emulator']);
});

test('the list filters by domain', async () => {
  const { workos } = sdk();
  const found = await workos.organizations.listOrganizations({ domains: ['second.example'] });
  assert.ok(found.data.some((o) => o.id === 'org_LOCAL_2'));
  assert.ok(!found.data.some((o) => o.id === 'org_LOCAL_3'));
});
