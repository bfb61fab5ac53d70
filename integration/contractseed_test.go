package integration

// contractSeed has one of every kind.
const contractSeed = `
organizations:
  - id: org_ACME
    name: Acme Corp
    external_id: acme
    domains: [{domain: acme.example, state: verified}]
    metadata: {tier: gold}
    memberships: [{email: alice@acme.example, role: admin}, {email: carol@acme.example, status: pending}, {email: dan@acme.example, status: inactive}, {email: gina@acme.example, role: admin}, {email: dave@acme.example}]
  - {id: org_OTHER, name: Other Inc, memberships: [{email: dave@acme.example}]}
users:
  - {id: user_ALICE, email: alice@acme.example, first_name: Alice, last_name: Doe, external_id: alice, metadata: {team: core}}
  - {id: user_BOB, email: bob@acme.example}
  - {id: user_CAROL, email: carol@acme.example, password: contract-carol, email_verified: true, totp: JBSWY3DPEHPK3PXP}
  - {id: user_DAN, email: dan@acme.example}
  - {id: user_GINA, email: gina@acme.example, password: contract-gina, email_verified: true}
  - {id: user_HANK, email: hank@acme.example, password: contract-hank}
  - {id: user_DAVE, email: dave@acme.example, password: contract-dave, email_verified: true}
permissions:
  - {slug: "posts:read", name: Read posts, description: Reads all posts.}
roles:
  - {slug: admin, name: Administrator, description: Does everything., permissions: ["posts:read"]}
  - {slug: member, name: Member}
  - {slug: org-owner, name: Owner, organization_id: org_ACME}
  - {slug: post-editor, name: Editor, resource_type_slug: post}
connections:
  - {id: conn_SAML, name: SAML, organization: Acme Corp, connection_type: OktaSAML, domains: [acme.example], profiles: [{id: prof_GINA, email: gina@acme.example, first_name: Gina, idp_id: "1", groups: [staff]}]}
  - {id: conn_OAUTH, name: GitHub, organization: Acme Corp, connection_type: GitHubOAuth, state: draft}
invitations:
  - {id: invitation_ORG, email: erin@acme.example, organization: Acme Corp, role_slug: admin, inviter_user_id: user_ALICE, token: contract-token}
  - {id: invitation_ENV, email: frank@acme.example}
  - {id: invitation_BOB, email: bob@acme.example, organization_id: org_OTHER}
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
