package integration

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
)

// planted are secrets that a test has put into requests and answers, and that it is to find nowhere else.
type planted struct {
	signer *signer // of the stand-in; signs the tokens that are planted

	mu      sync.Mutex
	secrets map[string]bool // each the part of a value that must not be found
	values  map[string]bool // whole values that hold a secret
	places  map[placeKey]*secretPlace
	key     string // of Vault
}

func newPlanted(s *signer) *planted {
	return &planted{signer: s, secrets: map[string]bool{}, values: map[string]bool{}, places: map[placeKey]*secretPlace{}}
}

// add remembers a value and what of it is secret: all of it, unless parts are given.
func (p *planted) add(value string, parts ...string) string {
	if len(parts) == 0 {
		parts = []string{value}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, part := range parts {
		p.secrets[part] = true
	}
	p.values[value] = true
	return value
}

// isPlanted tells whether a text is a value that holds a secret.
func (p *planted) isPlanted(text string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.values[text]
}

// all returns the secrets.
func (p *planted) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.secrets))
}

const (
	alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	digitsOnly   = "0123456789"
)

// randomText returns characters of an alphabet.
func randomText(alphabet string, length int) string {
	made := make([]byte, length)
	for i := range made {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			panic(err)
		}
		made[i] = alphabet[n.Int64()]
	}
	return string(made)
}

func randomBytes(length int) []byte {
	made := make([]byte, length)
	_, _ = rand.Read(made)
	return made
}

// The forms of secrets that WorkOS gives out, or is sent.

func (p *planted) opaque() any     { return p.add(randomText(alphanumeric, 27)) }
func (p *planted) digits() any     { return p.add(randomText(digitsOnly, 6)) }
func (p *planted) apiKey() any     { return p.add("sk_" + randomText(alphanumeric, 40)) }
func (p *planted) webhook() any    { return p.add("whsec_" + randomText(alphanumeric, 25)) }
func (p *planted) hex() any        { return p.add(fmt.Sprintf("%x", randomBytes(32))) }
func (p *planted) thirdParty() any { return p.add("gho_" + randomText(alphanumeric, 36)) }

// password has what must be escaped somewhere.
func (p *planted) password() any {
	return p.add(randomText(alphanumeric, 12) + `ß€ "<&\+%'` + randomText(alphanumeric, 12))
}

func (p *planted) passwordHash() any {
	hash := randomText(alphanumeric, 53)
	return p.add("$2a$10$"+hash, hash)
}

func (p *planted) totpSecret() any {
	return p.add(strings.TrimRight(base32.StdEncoding.EncodeToString(randomBytes(20)), "="))
}

func (p *planted) otpauth() any {
	secret := p.totpSecret().(string)
	return p.add("otpauth://totp/App:person@example.com?secret="+secret+"&issuer=App", secret)
}

func (p *planted) image() any {
	picture := base64.StdEncoding.EncodeToString(randomBytes(90))
	return p.add("data:image/png;base64,"+picture, picture)
}

// dataKey is always the same one, so that what was encrypted can be decrypted.
func (p *planted) dataKey() any {
	p.mu.Lock()
	if p.key == "" {
		p.key = base64.StdEncoding.EncodeToString(randomBytes(32))
	}
	key := p.key
	p.mu.Unlock()
	return p.add(key)
}

// link is a URL that lets whoever has it in, by a parameter.
func (p *planted) link() any {
	token := randomText(alphanumeric, 27)
	return p.add("https://app.example/accept?first=1&invitation_token="+token+"&token="+token, token)
}

// pathLink is such a URL whose secret is a part of the path.
func (p *planted) pathLink() any {
	token := randomText(alphanumeric, 27)
	return p.add("https://api.workos.example/data-integrations/"+token+"/authorize-redirect", token)
}

func (p *planted) presigned() any {
	signature := fmt.Sprintf("%x", randomBytes(32))
	return p.add("https://exports.example/export.csv?X-Amz-Date=20260101T000000Z&X-Amz-Credential=AKIA&X-Amz-Signature="+signature, signature)
}

// portalLink has a token in it that is no token in a token's place.
func (p *planted) portalLink() any {
	token := p.signer.sign(map[string]any{"sub": "org_1", "jti": randomText(alphanumeric, 10)})
	return p.add("https://setup.example?token="+token, signature(token))
}

func (p *planted) pem() any {
	lines := base64.StdEncoding.EncodeToString(randomBytes(96))
	return p.add("-----BEGIN PRIVATE KEY-----\n"+lines[:64]+"\n"+lines[64:]+"\n-----END PRIVATE KEY-----\n", lines[:64], lines[64:])
}

// command is a text with a header that has a credential.
func (p *planted) command() any {
	credential := randomText(alphanumeric, 40)
	return p.add("curl -H 'Authorization: Bearer "+credential+"' https://app.example/", credential)
}

// userinfo is a URL with a password in front of the host.
func (p *planted) userinfo() any {
	password := randomText(alphanumeric, 27)
	return p.add("https://hook:"+password+"@app.example/in", password)
}

// session is the access token of a user, as WorkOS signs it.
func (p *planted) session() any {
	token := p.signer.session("user_01ALICE", "session_01ALICE")
	return p.add(token, signature(token))
}

// foreign is a JWT that WorkOS did not sign.
func (p *planted) foreign() any {
	token := otherSigner().session("user_01ALICE", "session_01ALICE")
	return p.add(token, signature(token))
}

func signature(token string) string { return token[strings.LastIndex(token, ".")+1:] }
