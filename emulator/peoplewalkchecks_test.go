package emulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caddy-workos/caddy-workos/store"
)

// check checks what must always hold.
func (w *peopleWalk) check() {
	w.t.Helper()
	v := w.Store.View()
	w.checkRows(v)
	w.checkLists(v)
}

// idsOf returns the ids of all that a seed of people makes, each with what it belongs to.
func idsOf(v *store.Txn) string {
	ids := []string{}
	for _, u := range store.Users.All(v) {
		ids = append(ids, u.ID+" "+u.Email)
	}
	for _, o := range store.Organizations.All(v) {
		ids = append(ids, o.ID+" "+o.Name)
	}
	for _, m := range store.Memberships.All(v) {
		ids = append(ids, fmt.Sprint(m.ID, m.UserID, m.OrganizationID, m.Status, m.RoleSlugs))
	}
	for _, i := range store.Invitations.All(v) {
		ids = append(ids, i.ID+i.Email+i.OrganizationID)
	}
	for _, c := range store.Connections.All(v) {
		ids = append(ids, c.ID+c.State)
	}
	for _, r := range store.Roles.All(v) {
		ids = append(ids, r.ID)
	}
	for _, k := range store.APIKeys.All(v) {
		ids = append(ids, k.ID+k.UserID)
	}
	for _, f := range store.Factors.All(v) {
		ids = append(ids, f.ID+f.UserID)
	}
	slices.Sort(ids)
	return fmt.Sprint(ids, len(store.Sessions.All(v)))
}

func (w *peopleWalk) checkRows(v *store.Txn) {
	w.t.Helper()
	isUser := func(id string) bool { _, ok := store.Users.Get(v, id); return ok }
	isOrganization := func(id string) bool { _, ok := store.Organizations.Get(v, id); return ok }
	mustHave := func(what string, ok bool) {
		if !ok {
			w.t.Errorf("%s is not there", what)
		}
	}
	for _, m := range store.Memberships.All(v) {
		mustHave("the user "+m.UserID+" of "+m.ID, m.UserID == "user_REAL" || isUser(m.UserID))
		mustHave("the organization "+m.OrganizationID+" of "+m.ID, m.OrganizationID == "org_REAL" || isOrganization(m.OrganizationID))
		mustHave("a local side of "+m.ID, isUser(m.UserID) || isOrganization(m.OrganizationID))
		found, ok := v.MembershipOf(m.UserID, m.OrganizationID)
		mustHave(m.ID+" by its user and organization", ok && found.ID == m.ID)
	}
	for _, s := range store.Sessions.All(v) {
		mustHave("the user "+s.UserID+" of "+s.ID, isUser(s.UserID))
		m, _ := v.MembershipOf(s.UserID, s.OrganizationID)
		mustHave(fmt.Sprintf("the active membership of %s in %s, of %s,", s.UserID, s.OrganizationID, s.ID), !s.Active(w.now) || m.Status == store.ActiveMembership)
	}
	for _, f := range store.Factors.All(v) {
		mustHave("the user "+f.UserID+" of "+f.ID, isUser(f.UserID))
	}
	owners := map[string]string{}
	for _, i := range store.Invitations.All(v) {
		owners[i.ID] = i.OrganizationID
	}
	for _, c := range store.Connections.All(v) {
		owners[c.ID] = c.OrganizationID
	}
	for _, r := range store.Roles.All(v) {
		owners[r.ID] = r.OrganizationID
	}
	for _, k := range store.APIKeys.All(v) {
		owners[k.ID] = k.OrganizationID
		mustHave("the user "+k.UserID+" of "+k.ID, k.UserID == "" || isUser(k.UserID))
	}
	for id, organization := range owners {
		mustHave("the organization "+organization+" of "+id, organization == "" || organization == "org_REAL" || isOrganization(organization))
	}
	w.checkUnique(v)
}

func (w *peopleWalk) checkUnique(v *store.Txn) {
	w.t.Helper()
	seen := map[string]string{}
	once := func(value, id string) {
		if other, taken := seen[value]; taken && !strings.HasSuffix(value, " ") {
			w.t.Errorf("%s and %s have the same %s", other, id, value)
		}
		seen[value] = id
	}
	for _, u := range store.Users.All(v) {
		once("address "+strings.ToLower(u.Email), u.ID)
		once("external id of a user "+u.ExternalID, u.ID)
	}
	for _, o := range store.Organizations.All(v) {
		once("external id of an organization "+o.ExternalID, o.ID)
		for _, d := range o.Domains {
			once("domain "+strings.ToLower(d.Domain), o.ID)
		}
	}
}

// checkLists compares each list, read page by page, with the rows.
func (w *peopleWalk) checkLists(v *store.Txn) {
	w.t.Helper()
	lists := map[string][]string{}
	for _, u := range store.Users.All(v) {
		lists[usersPath+"?"] = append(lists[usersPath+"?"], u.ID)
	}
	for _, i := range store.Invitations.All(v) {
		for _, list := range []string{"?", "?organization_id=" + i.OrganizationID + "&"} {
			lists[invitesPath+list] = append(lists[invitesPath+list], i.ID)
		}
	}
	for _, m := range store.Memberships.All(v) {
		for _, list := range []string{"?organization_id=" + m.OrganizationID, "?user_id=" + m.UserID} {
			list = membersPath + list + "&statuses=active,inactive,pending&"
			lists[list] = append(lists[list], m.ID)
		}
	}
	for list, want := range lists {
		if w.dice.IntN(4) > 0 { // not each of them each time
			continue
		}
		slices.Reverse(want)
		got := []string{}
		for page := w.listOf(list + "limit=2"); ; page = w.listOf(list + "limit=2&after=" + page.after) {
			if got = append(got, page.ids...); page.after == "" || len(got) > len(want) {
				break
			}
		}
		if !slices.Equal(got, want) {
			w.t.Errorf("%s has %v, want %v", list, got, want)
		}
	}
}
