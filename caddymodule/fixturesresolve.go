package caddymodule

import (
	"cmp"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/instance"
	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/fixture"
)

// resolve replaces the placeholders and checks the values.
func (m *Fixtures) resolve() (options fixture.Options, name, dir option.Option, err error) {
	var mode, verify, iss, times option.Option
	err = option.ResolveAll(
		option.Written{Name: "dir", Text: m.Dir, Into: &dir}, option.Written{Name: "mode", Text: m.Mode, Into: &mode},
		option.Written{Name: "verify", Text: m.Verify, Into: &verify}, option.Written{Name: "instance", Text: m.Instance, Into: &name},
		option.Written{Name: "iss", Text: m.Iss, Into: &iss}, option.Written{Name: "times", Text: m.Times, Into: &times},
	)
	if err != nil {
		return options, name, dir, err
	}
	name, verify = name.Or(instance.Default), verify.Or("shape")
	if dir.Value == "" {
		return options, name, dir, dir.Errorf("name the folder of the fixtures")
	}
	iss, times = iss.Or("recorded"), times.Or("living")
	if err = cmp.Or(verify.OneOf(verifyChoices), iss.OneOf(issChoices), times.OneOf(timesChoices)); err != nil {
		return options, name, dir, err
	}
	if options.Mode, err = option.ParseMode(mode); err != nil {
		return options, name, dir, err
	}
	options.VerifyValues = verify.Value == "values"
	options.RedactEmail, options.RecordErrors = m.RedactEmail, m.RecordErrors
	options.RecordedTimes, m.issHere = times.Value == "recorded", iss.Value == "here"
	for _, o := range []struct {
		name  string
		texts []string
		into  *[]string
	}{
		{"ignore_query", m.IgnoreQuery, &options.IgnoreQuery}, {"ignore_body", m.IgnoreBody, &options.IgnoreBody},
		{"redact", m.Redact, &options.Redact}, {"keep", m.Keep, &options.Keep}, {"unordered", m.Unordered, &options.Unordered},
		{"match_header", m.MatchHeader, &options.MatchHeader}, {"keep_header", m.KeepHeader, &options.KeepHeader},
	} {
		for _, text := range o.texts {
			resolved, err := option.Resolve(o.name, text)
			if err != nil {
				return options, name, dir, err
			}
			*o.into = append(*o.into, resolved.Value)
		}
	}
	return options, name, dir, nil
}

// What options may be that are one of two.
var (
	verifyChoices = []string{"shape", "values"}
	issChoices    = []string{"recorded", "here"}
	timesChoices  = []string{"living", "recorded"}
)
