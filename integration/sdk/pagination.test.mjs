// Lists of more than a page, which hold what is on both sides.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sdk, sources } from './client.mjs';

const here = Array.from({ length: 60 }, (_, i) => (i === 0 ? 'org_LOCAL' : `org_LOCAL_${i}`));
const there = Array.from({ length: 150 }, (_, i) => `org_THEIRS_${i}`);

for (const order of ['desc', 'asc']) {
  test(`auto-pagination gives every organization once, ${order}`, async () => {
    const { workos, asked } = sdk();
    const list = await workos.organizations.listOrganizations({ order });
    assert.equal(list.data.length, 10);
    const all = (await list.autoPagination()).map((o) => o.id);
    assert.equal(all.length, here.length + there.length);
    assert.deepEqual(new Set(all), new Set([...here, ...there]));
    assert.equal(all[0], order === 'asc' ? there.at(-1) : 'org_LOCAL_59');
    // The first page asks both sides; a later one of local items alone needs nobody else.
    assert.deepEqual(sources(asked).sort(), order === 'asc' ? ['emulator', 'merged'] : ['merged']);
  });
}

test('pages walk forth and back over the seam', async () => {
  const { workos } = sdk();
  const page = (position) => workos.organizations.listOrganizations({ limit: 40, ...position });
  const ids = (list) => list.data.map((o) => o.id);
  const first = await page();
  assert.equal(first.listMetadata.before, null);
  const second = await page({ after: first.listMetadata.after });
  assert.deepEqual([ids(second).filter((id) => here.includes(id)).length, second.data.length], [20, 40]);
  assert.deepEqual(ids(await page({ before: second.listMetadata.before })), ids(first));
});

test('the last page says so', async () => {
  const { workos } = sdk();
  const last = await workos.organizations.listOrganizations({ limit: 100, after: 'org_THEIRS_100' });
  assert.deepEqual([last.data.length, last.listMetadata.after], [49, null]);
});
