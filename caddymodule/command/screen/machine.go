package screen

import (
	"encoding/json"
	"os"

	"github.com/caddy-workos/caddy-workos/caddymodule/command/serving"
)

// machine is what programs are told: the members that WorkOS's own emulator has, and two more.
type machine struct {
	URL string `json:"url"`
	// Port is the TCP port, and Socket the path of the Unix socket: one of them is there.
	Port   uint   `json:"port,omitempty"`
	Socket string `json:"socket,omitempty"`
	// APIKey is a key of the environment, if it is one that this repository publishes: the output of a command goes into logs.
	APIKey string `json:"apiKey,omitempty"`
	// Health is answered 200 while the process serves.
	Health string `json:"health"`
	PID    int    `json:"pid"`
}

// JSON says where a server is, in one line with its end.
func JSON(r *serving.Running) []byte {
	m := machine{URL: r.BaseURL, Port: r.Port(), Socket: r.Socket(), Health: r.BaseURL + "/health", PID: os.Getpid()}
	if keys := r.Credentials().Keys; len(keys) > 0 && keys[0].Published {
		m.APIKey = keys[0].Value
	}
	line, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings and numbers alone
	}
	return append(line, '\n')
}
