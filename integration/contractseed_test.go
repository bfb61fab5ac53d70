package integration

// contractSeed has one of every kind.
const contractSeed = `
organizations:
  - id: org_ACME
    name: Acme Corp
    external_id: acme
    domains: [{domain: acme.example, state: verified}]
    metadata: {tier: gold}
    memberships: [{email: alice@acme.example, role: admin}, {email: dave@acme.example}, {email: carol@acme.example, status: pending}]
  - {id: org_OTHER, name: Other Inc, memberships: [{email: dave@acme.example}, {email: alice@acme.example, status: inactive}]}
users:
  - {id: user_ALICE, email: alice@acme.example, password: contract-alice, email_verified: true, first_name: Alice, last_name: Doe, external_id: alice, metadata: {team: core}}
  - {id: user_BOB, email: bob@acme.example, password: contract-bob, oauth_provider: GoogleOAuth, oauth_idp_id: "118"}
  - {id: user_CAROL, email: carol@acme.example, password: contract-carol, email_verified: true, totp: JBSWY3DPEHPK3PXP}
  - {id: user_DAVE, email: dave@acme.example, password: contract-dave, email_verified: true}
permissions:
  - {slug: "posts:read", name: Read posts, description: Reads all posts.}
roles:
  - {slug: admin, name: Administrator, description: Does everything., permissions: ["posts:read"]}
  - {slug: member, name: Member}
  - {slug: org-editor, name: Editor, organization_id: org_ACME}
connections:
  - {id: conn_ACME, name: Acme SSO, organization: Acme Corp, domains: [acme.example], profiles: [{id: prof_ALICE, email: alice@acme.example, first_name: Alice, idp_id: "1", groups: [staff]}]}
invitations:
  - {id: invitation_OPEN, email: eve@acme.example, organization: Acme Corp, token: contract-invitation-token}
  - {id: invitation_DAVE, email: dave@acme.example, token: contract-invitation-of-dave}
connectApplications:
  - {id: conn_app_M2M, name: Backend, organization: Acme Corp, scopes: ["posts:read"], client_id: client_m2m, client_secret: one, description: The backend, audience: client_ENV}
  - {id: conn_app_FIRST, name: Portal, type: oauth, is_first_party: true, client_id: client_first, redirect_uris: [{uri: "https://acme.example/cb", default: true}]}
  - {id: conn_app_THIRD, name: Partner, type: oauth, is_first_party: false, organization: Acme Corp, client_id: client_third}
  - {id: conn_app_FULL, name: Full, organization: Acme Corp, client_id: client_full, client_secrets: [one1, two2, three3, four4, five5]}
apiKeys:
  - {id: api_key_ORG, name: CI, organization: Acme Corp, value: sk_contract_organization, permissions: ["posts:read"]}
  - {id: api_key_USER, name: Alice's, organization: Acme Corp, user_id: user_ALICE, value: sk_contract_user, expires_at: 2099-01-01T00:00:00Z}
  - {id: api_key_OLD, name: Old, organization: Acme Corp, value: sk_contract_expired, expires_at: 2020-01-01T00:00:00Z}
`
