// The SDK's own error classes, for what the emulator answers by itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import { alone, environmentKey, sdk } from './client.mjs';

const { workos } = sdk(environmentKey, alone);
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What a call is rejected with. */
const failure = (call) => call.then(() => assert.fail('it succeeded'), (error) => error);

test('401: an unknown key', async () => {
  const error = await failure(sdk('sk_unknown', alone).workos.organizations.getOrganization('org_LOCAL'));
  assert.deepEqual([error.name, error.status], ['UnauthorizedException', 401]);
  assert.match(error.requestID, uuid);
});

for (const [kind, call] of Object.entries({
  Organization: (id) => workos.organizations.getOrganization(id),
  User: (id) => workos.userManagement.getUser(id),
  'Connect Application': (id) => workos.connect.getApplication({ id }),
  'Client Secret': (id) => workos.connect.deleteClientSecret({ id }),
  'API Key': (id) => workos.apiKeys.deleteApiKey(id),
})) {
  test(`404: ${kind}`, async () => {
    const error = await failure(call('id_NONE'));
    assert.deepEqual([error.name, error.status, error.code], ['NotFoundException', 404, 'entity_not_found']);
    assert.equal(error.message, `${kind} not found: 'id_NONE'.`);
    assert.match(error.requestID, uuid);
  });
}

test('409: a key that has expired already', async () => {
  const { id } = await workos.apiKeys.createOrganizationApiKey({ organizationId: 'org_LOCAL', name: 'short-lived' });
  const { data } = await workos.post(`/api_keys/${id}/expire`, null); // the SDK has no method for it
  assert.ok(Date.parse(data.expires_at) <= Date.now());
  const error = await failure(workos.post(`/api_keys/${id}/expire`, {}));
  assert.deepEqual([error.name, error.status, error.code], ['ConflictException', 409, 'api_key_already_expired']);
  assert.equal(error.message, 'API key is already expired');
  assert.match(error.requestID, uuid);
});

test('422: one reason a line', async () => {
  const error = await failure(workos.connect.createM2MApplication('', ''));
  assert.deepEqual([error.name, error.status, error.code], ['UnprocessableEntityException', 422, 'invalid_request_parameters']);
  assert.match(error.message, /^The following requirements must be met:\n(\t\w+\n){2}$/);
  assert.match(error.requestID, uuid);
});

test('422: a limit that is out of bounds', async () => {
  const error = await failure(workos.organizations.listOrganizations({ limit: 101 }));
  assert.equal(error.name, 'UnprocessableEntityException');
});

test('501: what is not emulated does not look like something that is missing', async () => {
  const error = await failure(workos.directorySync.listDirectories());
  assert.deepEqual([error.name, error.status], ['GenericServerException', 501]);
  assert.match(error.message, /GET \/directories is not emulated/);
});
