// Package authorize answers the endpoints that browsers come to: the authorization endpoints with their login page, the logout, the page
// on which a device is approved, and those that links in emails lead to (LOGIN.md §1, §2.3, §4, §7, §8).
//
// A browser is only ever sent to a redirect URI that package redirecturi has allowed, or back to the same page. What is wrong with a
// request before its redirect URI is known to be allowed is shown on a page, a [problem]; anything else is told to the application, by a
// [refusal].
//
// The login page works without scripts. Its first step is stateless: what it offers follows from the authorization request, which is in
// the page's address. When an account is chosen, the login is a [store.Interaction], whose token is in the address from then on.
package authorize
