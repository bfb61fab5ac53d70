package seed

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/caddy-workos/caddy-workos/emulator/id"
)

// identity is what the id of an entry is made of.
type identity struct {
	pinned  text
	natural []string
	content func() string // a digest of all that the entry holds
}

// derive returns an id for each entry: the pinned one, or one that depends on nothing but the entry's natural identity.
// Entries that share theirs are told apart by their content, and those of equal content, which are interchangeable, by
// counting. So the order of the file never matters.
func derive(prefix string, identities []identity) []string {
	sharing := map[string]int{}
	for _, i := range identities {
		if !i.pinned.set {
			sharing[i.key()]++
		}
	}
	equals := map[string]int{}
	ids := make([]string, len(identities))
	for n, i := range identities {
		if i.pinned.set {
			ids[n] = i.pinned.value
			continue
		}
		parts := i.natural
		if key := i.key(); sharing[key] > 1 {
			content := i.content()
			parts = append(parts[:len(parts):len(parts)], content)
			if before := equals[key+content]; before > 0 {
				parts = append(parts, strconv.Itoa(before))
			}
			equals[key+content]++
		}
		ids[n] = id.Derive(prefix, parts...)
	}
	return ids
}

func (i identity) key() string {
	var b strings.Builder
	for _, part := range i.natural {
		b.WriteString(strconv.Itoa(len(part)))
		b.WriteByte(':')
		b.WriteString(part)
	}
	return b.String()
}

// digest is the hexadecimal SHA-256 of a row's content.
func digest(content ...any) string {
	encoded, err := json.Marshal(content)
	if err != nil {
		panic(fmt.Sprintf("seed: rows are plain data: %v", err))
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}
