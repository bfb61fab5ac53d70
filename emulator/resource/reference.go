package resource

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/tidwall/gjson"

	"github.com/caddy-workos/caddy-workos/emulator/api"
	"github.com/caddy-workos/caddy-workos/emulator/limits"
	"github.com/caddy-workos/caddy-workos/emulator/upstream"
)

// Paths of the objects that local rows refer to.
const (
	usersPath        = "/user_management/users"
	userPath         = usersPath + "/"
	organizationPath = "/organizations/"
)

const (
	objectTime = time.Minute // how long an object is shown until the upstream is asked again
	maxObjects = 4096
)

// foreignObjects are the upstream's users and organizations that local rows refer to, as the upstream has last answered. One that is
// older than objectTime is shown only where the upstream does not answer in time. Its zero value is ready to use.
type foreignObjects struct {
	once  sync.Once
	known *lru.Cache[string, foreignObject] // by objectKey
}

// objectKey is the key of an object in the cache. The upstream may depend on the Host of a request.
func objectKey(r *api.Request, path string) string { return r.Host() + " " + path }

type foreignObject struct {
	json []byte
	at   time.Time
}

func (o *foreignObjects) cache() *lru.Cache[string, foreignObject] {
	o.once.Do(func() {
		var err error
		if o.known, err = lru.New[string, foreignObject](maxObjects); err != nil {
			panic("resource: " + err.Error()) // the size is a positive constant
		}
	})
	return o.known
}

// keep remembers the upstream's answer to a GET of an object, for callers who may ask the upstream. It returns nil for an answer that is
// not the object with the id.
func (o *foreignObjects) keep(r *api.Request, path, id string, reply *upstream.Reply) []byte {
	content, err := reply.Body()
	if err != nil || limits.CheckDepth(content) != nil || !gjson.ValidBytes(content) || gjson.GetBytes(content, "id").String() != id {
		return nil
	}
	content = bytes.TrimSpace(content)
	if r.Upstream.MaySend() {
		o.cache().Add(objectKey(r, path), foreignObject{content, r.Now})
	}
	return content
}

// references looks up what local rows refer to and the store does not have, for the answer to one request. Each object is asked for
// once. An upstream that fails, or takes too long, is not asked again, and is no error.
type references struct {
	*Service
	request  *api.Request
	deadline time.Time
	failed   bool
	found    map[string][]byte // by path; nil for an object that is not known
}

// references returns the references of a request. All of them together take no longer than half of the time that a list waits for the
// upstream's items.
func (s *Service) references(r *api.Request) *references {
	return &references{Service: s, request: r, deadline: time.Now().Add(s.Lists.Timeout / 2), found: map[string][]byte{}}
}

// object returns the upstream's object with an id as JSON, or nil where it is not known.
func (f *references) object(folder, id string) json.RawMessage {
	path := folder + id
	found, asked := f.found[path]
	if !asked {
		found = f.look(path, id)
		f.found[path] = found
	}
	return found
}

// organizationName returns the name of an organization of the upstream, or nothing where it is not known.
func (f *references) organizationName(id string) string {
	return gjson.GetBytes(f.object(organizationPath, id), "name").String()
}

// OrganizationNames returns a function that returns the name of an organization of the upstream, or nothing where it is not known in time.
// It asks with the real key: the caller must have proven that it may.
func (s *Service) OrganizationNames(r *api.Request) func(id string) string {
	return s.references(r).organizationName
}

func (f *references) look(path, id string) []byte {
	if !f.maySend(id) {
		return nil
	}
	var known foreignObject
	if f.request.Upstream.MaySend() {
		known, _ = f.objects.cache().Get(objectKey(f.request, path))
	}
	left := time.Until(f.deadline)
	if known.json != nil && f.request.Now.Sub(known.at) < objectTime || f.failed || left <= 0 {
		return known.json
	}
	reply, err := f.request.Upstream.GetWithin(path, nil, left)
	switch {
	case err == nil && reply == nil || reply != nil && reply.Missed:
		return known.json
	case err == nil && reply.Status == http.StatusNotFound:
		f.objects.cache().Remove(objectKey(f.request, path))
		return nil
	case err == nil && reply.Status == http.StatusOK:
		if object := f.objects.keep(f.request, path, id, reply); object != nil {
			return object
		}
	}
	f.failed = true
	return known.json
}
