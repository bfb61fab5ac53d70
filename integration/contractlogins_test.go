package integration

const (
	authenticatePath = "/user_management/authenticate"

	credentials  = `"client_id":"client_m2m","client_secret":"` + contractKey + `"`
	asGina       = `{"grant_type":"password",` + credentials + `,"email":"gina@acme.example","password":"contract-gina"}`
	asHank       = `{"grant_type":"password",` + credentials + `,"email":"hank@acme.example","password":"contract-hank"}`
	asCarol      = `{"grant_type":"password",` + credentials + `,"email":"carol@acme.example","password":"contract-carol"}`
	asDave       = `{"grant_type":"password",` + credentials + `,"email":"dave@acme.example","password":"contract-dave"}`
	grants       = "urn:workos:oauth:grant-type:"
	signInGina   = "POST " + authenticatePath + " " + asGina
	authorizeURL = "/user_management/authorize?client_id=client_m2m&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb&response_type=code&state=s"
	ssoURL       = "/sso/authorize?client_id=client_m2m&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb&response_type=code&connection=conn_SAML&login_hint=gina@acme.example"
	emails       = "GET /_emulate/emails"
)

// loginContract is about users, and what they sign in with.
var loginContract = []exchange{
	{route: "POST /user_management/authenticate", path: authenticatePath, body: asGina, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{signInGina}, body: `{"grant_type":"refresh_token",` + credentials + `,"refresh_token":"{0.refresh_token}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{"GET " + authorizeURL + "&provider=authkit&login_hint=gina@acme.example"}, body: `{"grant_type":"authorization_code",` + credentials + `,"code":"{0.code.0}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{"GET " + ssoURL}, body: `{"grant_type":"authorization_code",` + credentials + `,"code":"{0.code.0}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{`POST /user_management/magic_auth {"email":"dave@acme.example"}`}, body: `{"grant_type":"` + grants + `magic-auth:code",` + credentials + `,"email":"dave@acme.example","code":"{0.code}"}`, status: 403},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{`POST /user_management/magic_auth {"email":"hank@acme.example"}`}, body: `{"grant_type":"` + grants + `magic-auth:code",` + credentials + `,"email":"hank@acme.example","code":"{0.code}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: asHank, status: 403},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{"POST " + authenticatePath + " " + asHank, emails}, body: `{"grant_type":"` + grants + `email-verification:code",` + credentials + `,"pending_authentication_token":"{0.pending_authentication_token}","code":"{1.0.code}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: asCarol, status: 403},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{"POST " + authenticatePath + " " + asCarol, "POST /auth/factors/{0.authentication_factors.0.id}/challenge {}"}, body: `{"grant_type":"` + grants + `mfa-totp",` + credentials + `,"pending_authentication_token":"{0.pending_authentication_token}","authentication_challenge_id":"{1.id}","code":"{totp JBSWY3DPEHPK3PXP}"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: asDave, status: 403},
	{route: "POST /user_management/authenticate", path: authenticatePath, before: []string{"POST " + authenticatePath + " " + asDave}, body: `{"grant_type":"` + grants + `organization-selection",` + credentials + `,"pending_authentication_token":"{0.pending_authentication_token}","organization_id":"org_OTHER"}`, status: 200},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: `{"grant_type":"password",` + credentials + `,"email":"gina@acme.example","password":"wrong"}`, status: 400},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: `{"grant_type":"password","client_id":"client_m2m","client_secret":"sk_wrong","email":"gina@acme.example","password":"contract-gina"}`, status: 400},
	{route: "POST /user_management/authenticate", path: authenticatePath, body: `{"grant_type":"refresh_token",` + credentials + `,"refresh_token":"unknown"}`, status: 400},

	{route: "POST /user_management/authorize/device", path: "/user_management/authorize/device", body: `{"client_id":"client_m2m"}`, status: 200},
	{route: "POST /user_management/authorize/device", path: "/user_management/authorize/device", body: `{"client_id":""}`, status: 400},
	{route: "GET /user_management/authorize", path: authorizeURL + "&provider=authkit&login_hint=gina@acme.example", status: 302},
	{route: "GET /sso/authorize", path: ssoURL, status: 302},
	{route: "POST /sso/token", path: "/sso/token", before: []string{"GET " + ssoURL}, body: `{"grant_type":"authorization_code",` + credentials + `,"code":"{0.code.0}"}`, status: 200},
	{route: "POST /sso/token", path: "/sso/token", body: `{"grant_type":"authorization_code",` + credentials + `,"code":"unknown"}`, status: 400},
	{route: "GET /sso/profile", path: "/sso/profile", before: []string{"GET " + ssoURL, `POST /sso/token {"grant_type":"authorization_code",` + credentials + `,"code":"{0.code.0}"}`}, key: "{1.access_token}", status: 200},
	{route: "GET /sso/profile", path: "/sso/profile", key: "unknown", status: 401},

	{route: "GET /user_management/users/{id}/sessions", path: "/user_management/users/user_GINA/sessions", before: []string{signInGina}, status: 200},
	{route: "GET /user_management/users/{id}/sessions", path: "/user_management/users/user_NONE/sessions", status: 404},
	{route: "GET /user_management/users/{id}/sessions", path: "/user_management/users/user_GINA/sessions?limit=0", status: 422},
	{route: "POST /user_management/sessions/revoke", path: "/user_management/sessions/revoke", before: []string{signInGina, "GET /user_management/users/user_GINA/sessions"}, body: `{"session_id":"{1.data.0.id}"}`, status: 200},
	{route: "GET /user_management/sessions/logout", path: "/user_management/sessions/logout?session_id={1.data.0.id}&return_to=http://localhost:3000/", before: []string{signInGina, "GET /user_management/users/user_GINA/sessions"}, status: 302},
	{route: "GET /user_management/sessions/logout", path: "/user_management/sessions/logout", status: 422},
}
