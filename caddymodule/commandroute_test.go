package caddymodule

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
)

// TestFlagsReachTheEmulator sets every flag for logins, and looks for the option that it stands for in the route that is served.
func TestFlagsReachTheEmulator(t *testing.T) {
	t.Parallel()
	var site serving.Site
	fill(reflect.ValueOf(&site.Logins).Elem())
	route, err := routeOf(site)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(route)
	if err != nil {
		t.Fatal(err)
	}
	isOfLogins := false
	for _, option := range emulatorOptions {
		isOfLogins = isOfLogins || option.Name == "login"
		if option.Name == "emulate" {
			break
		}
		if isOfLogins && !strings.Contains(string(encoded), `"`+option.Name+`":`) {
			t.Errorf("no flag sets the option %s: %s", option.Name, encoded)
		}
	}
	if !isOfLogins {
		t.Error("there are no options for logins")
	}
}

// fill sets each field of a struct to a value other than its zero value.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString("first")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Slice:
			f.Set(reflect.ValueOf([]string{"value"}))
		case reflect.Int64:
			f.SetInt(1e9)
		default:
			panic("a field of the kind " + f.Kind().String())
		}
	}
}
