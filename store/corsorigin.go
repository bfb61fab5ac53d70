package store

// CORSOrigin is an origin whose pages may call the API from a browser, WorkOS's `cors_origin`.
type CORSOrigin struct {
	Meta
	Origin string // unique
}

func (o *CORSOrigin) clone() CORSOrigin { return *o }

// CORSOrigins is the table of allowed origins.
var CORSOrigins = newTable(Table[CORSOrigin]{
	name:   "cors_origins",
	unique: []unique[CORSOrigin]{{field: "origin", value: func(o *CORSOrigin) string { return o.Origin }}},
	retire: []string{primary},
})

// CORSOrigins returns the allowed origins, oldest first.
func (t *Txn) CORSOrigins() []string {
	var origins []string
	for stored := range CORSOrigins.walk(t, byCreation, "", newer, newer.origin()) {
		origins = append(origins, stored.Origin)
	}
	return origins
}
