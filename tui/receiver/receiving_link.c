/*
 * The receiver's link: under which name, in which rooms, which server it may
 * trust; and where the process is locked in for that.
 */
#include "tui/receiver/receiving_state.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/disk.h"
#include "common/fingerprint.h"
#include "common/keys.h"
#include "common/lang.h"
#include "common/sandbox.h"
#include "tui/receiver/link_asked.h"
#include "tui/shared/store.h"

enum {
	CLAIM_MS = 1500,	/* so long whoever was killed may still leave */
	JOIN_MS = 200		/* and where the others wait for that */
};

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	randombytes_buf(dst, len);
}

static int64_t
on_wall(void *arg)
{
	(void)arg;
	return clock_wall_ms();
}

static void
on_frames(void *arg, bool in, const uint8_t *frames, size_t len)
{
	trace_link(&((struct receiving *)arg)->trace, in, frames, len);
}

static void
tell_new_host(struct receiving *s, const uint8_t key[NOISE_KEY])
{
	char fingerprint[FINGERPRINT_TEXT], same[KEYS_HOST_BYTES + 1] = "=";
	const struct known *known = &s->store.known;
	struct record r = { .type = RECORD_NEW_HOST };

	if (keys_host_alias(known->path, known->server, key, same + 1)) {
		r.text = same;
		r.text_len = strlen(same);
	} else if (known->want == NULL) {
		r.text = fingerprint_text(fingerprint, key);
		r.text_len = strlen(fingerprint);
	}
	receiving_tell(s, &r);
}

/* A passphrase that was typed has only this process. */
static bool
may_move(const struct receiving *s, bool psk)
{
	return !s->config->no_store && (!psk ||
	    *s->config->passphrase_file != '\0');
}

/* Is something kept of this server already, under another name of its host?
 * That is beyond what this process may reach: see receiving_lock_in. */
static bool
lies_elsewhere(const struct receiving *s, const uint8_t key[NOISE_KEY])
{
	const struct known *known = &s->store.known;
	char place[FINGERPRINT_SHORT], dir[PATH_MAX];
	char other[KEYS_HOST_BYTES];

	return keys_host_alias(known->path, known->server, key, other) ||
	    store_find_server(dir, fingerprint_short(place, key));
}

static enum link_trust
on_trust(void *arg, const uint8_t key[NOISE_KEY], bool *psk)
{
	struct receiving *s = arg;
	enum link_trust trust = known_trust(&s->store.known, key, psk);

	/* What our own room once was is nothing to hold it to. */
	if (s->config->hosted)
		*psk = false;
	return trust;
}

static enum link_trust
on_remember(void *arg, const uint8_t key[NOISE_KEY], bool psk)
{
	struct receiving *s = arg;
	enum link_trust trust = known_remember(&s->store.known, key, psk);

	/* That of our own server is no news. */
	if (trust == LINK_NEW && !s->config->hosted)
		tell_new_host(s, key);
	/* More of its datagrams may be taken before the end. */
	s->store.moves |= trust == LINK_NEW && may_move(s, psk) &&
	    lies_elsewhere(s, key);
	return s->store.moves ? LINK_ELSEWHERE : trust;
}

/* A link under this name: what it keeps is the name's own. */
static void
open_link(struct receiving *s, const char *name, int64_t end)
{
	const struct receiver_config *c = s->config;
	const struct link_out out = { .send = receiving_send,
	    .record = receiving_tell, .room = receiving_room,
	    .trust = on_trust, .remember = on_remember,
	    .new_port = receiving_new_port, .random = on_random,
	    .wall = on_wall, .frames = on_frames, .arg = s };
	struct receiving_room *first = TAILQ_FIRST(&s->store.rooms);
	struct link_config config = { .identity = *s->identity,
	    .only_new = c->only_new, .window = first->window,
	    .people = c->people, .device = c->device,
	    .keeps = c->keeps_at, .heir = c->heir,
	    .disk = *s->store.pins == '\0' ? NULL : &disk_real,
	    .pins = s->store.pins,
	    .room = first->room,
	    .passphrase = *c->passphrase != '\0' ? c->passphrase : NULL,
	    .given = s->store.given };

	receiving_claim(s, first, name, end, &config.place);
	s->link = link_new(&config, &out);
	sodium_memzero(&config.identity, sizeof(config.identity));
	if (s->link != NULL)
		receiving_nodes_join(s);
}

static void
join(struct receiving *s, struct receiving_room *rr, const char *name,
    int64_t end)
{
	struct link_place place;

	receiving_claim(s, rr, name, end, &place);
	if (link_is_asked(rr->room, strlen(rr->room)))
		link_await(s->link, clock_now_ms(), rr->window, &place,
		    rr->room, strlen(rr->room));
	else
		link_join(s->link, clock_now_ms(), rr->window, &place,
		    rr->room, strlen(rr->room));
}

/* All rooms but the first, once one has a name. */
static void
join_others(struct receiving *s, const char *name, int64_t end)
{
	struct receiving_room *rr = TAILQ_FIRST(&s->store.rooms);

	while ((rr = TAILQ_NEXT(rr, by_age)) != NULL)
		join(s, rr, name, end);
}

/* It is the name that this link keeps things under, or the one that the room
 * calls it by since. */
static bool
is_of_link(const struct receiving *s, const char *name, size_t len)
{
	return (len == s->name_len && memcmp(name, s->name, len) == 0) ||
	    (len == s->called_len && memcmp(name, s->called, len) == 0);
}

/* Some room was called by its name here, now or in an earlier run. */
static bool
calls_rooms(const struct receiving *s)
{
	const struct receiving_room *rr;
	char rooms[PATH_MAX + 8];

	TAILQ_FOREACH(rr, &s->store.rooms, by_age) {
		snprintf(rooms, sizeof(rooms), "%s/room", rr->own);
		if (*rr->room != '\0' || (*rr->own != '\0' &&
		    access(rooms, F_OK) == 0))
			return true;
	}
	return false;
}

/* Which of its rooms the server has those in who know of one: for who calls
 * rooms by their names. */
static void
keep_home(const struct receiving *s)
{
	char home[STORE_ROOM_BYTES];
	size_t len;
	const char *name = link_home(s->link, &len);

	if (s->config->no_store || s->called_len == 0 || len == 0 ||
	    !calls_rooms(s))
		return;
	snprintf(home, sizeof(home), "%.*s", (int)len, name);
	store_keep_home(s->config->place, home);
}

void
receiving_log_out(struct receiving *s)
{
	if (s->link != NULL)
		keep_home(s);
	link_free(s->link);
	s->link = NULL;
	/* A name that was refused leaves nothing behind. */
	receiving_tidy(s);
}

/* In all rooms, where there is no link yet. */
static void
begin(struct receiving *s, int64_t now)
{
	const struct receiver_config *c = s->config;
	char name[TEXT_NAME_BYTES + 1];
	int64_t end = now + CLAIM_MS;
	bool opens = s->link == NULL;

	snprintf(name, sizeof(name), "%.*s", (int)s->name_len, s->name);
	/* The one before us had other words for the same person. */
	if (!s->store.opened && c->keeps[0] != '\0')
		strlcpy(name, c->keeps, sizeof(name));
	if (opens) {
		s->store.opened = true;
		strlcpy(s->store.name, name, sizeof(s->store.name));
		open_link(s, name, end);
	}
	if (s->link != NULL)
		link_login(s->link, now, s->name, s->name_len);
	if (s->link != NULL && opens)
		join_others(s, name, end);
	if (s->link == NULL || link_left(s->link))
		s->leaving = true;
}

void
receiving_log_in(struct receiving *s, const char *name, size_t len)
{
	if (len == 0 || len > sizeof(s->name))
		return;
	if (s->classic == NULL && s->link != NULL && !is_of_link(s, name,
	    len)) {
		receiving_log_out(s);
		s->called_len = 0;
		/* The name was refused; what waits is his all the same. */
		receiving_note_kin(s, name, len);
		receiving_let_go(s);
	}
	memcpy(s->name, name, len);
	s->name_len = len;
	if (s->classic != NULL)
		classic_link_login(s->classic, clock_now_ms(), name, len);
	else
		begin(s, clock_now_ms());
}

static void
deny(struct receiving *s, const struct record *r)
{
	const struct record denied = { .type = RECORD_DENIED, .id = 1,
	    .window = r->window, .denial = RECORD_NO_ROOM, .text = r->text,
	    .text_len = r->text_len };

	receiving_tell(s, &denied);
}

/* No window has that room any more. Its last words may be on their way. */
static void
set_apart(struct receiving *s, struct receiving_room *rr)
{
	rr->parted = true;
	TAILQ_REMOVE(&s->store.rooms, rr, by_age);
	TAILQ_INSERT_TAIL(&s->store.rooms, rr, by_age);
	if (s->link == NULL)
		receiving_drop_room(s, rr);
}

/* That window's own, where it has one. */
static struct receiving_room *
asked_of(struct receiving *s, uint16_t window, const char *name, size_t len)
{
	struct receiving_room *rr, *found = NULL;

	TAILQ_FOREACH(rr, &s->store.rooms, by_age)
		if (strlen(rr->room) == len &&
		    memcmp(rr->room, name, len) == 0 &&
		    (found == NULL || rr->window == window))
			found = rr;
	return found;
}

/* What waits for that name is for that window's talk by now. A receiver that is
 * new has it open for no window. */
static void
take_asked(struct receiving *s, uint16_t window, const char *name, size_t len)
{
	struct receiving_room *rr = asked_of(s, window, name, len);

	if (rr == NULL && (rr = receiving_add_room(s, LINK_NO_WINDOW, name,
	    len)) != NULL)
		join(s, rr, s->store.name, clock_now_ms() + JOIN_MS);
	link_take_asked(s->link, clock_now_ms(), window, name, len);
	if (rr != NULL && !rr->parted)
		set_apart(s, rr);
}

/* Of one that it has already nothing but that is new. */
static bool
has_joined(struct receiving *s, const struct record *r, size_t len)
{
	const struct receiving_room *rr = receiving_room_of(s, r->window);

	return s->link != NULL && len < r->text_len && rr != NULL &&
	    strlen(rr->room) == len && memcmp(rr->room, r->text, len) == 0;
}

/* Of its text, what the room is called. */
static size_t
called(const struct record *r)
{
	return r->text_len > RECORD_TALK_BYTES && r->text[0] == '@' &&
	    r->text[RECORD_TALK_BYTES] == '@' ? RECORD_TALK_BYTES :
	    r->text_len;
}

/* Of what waits for who is asked for, taken: the talk's from now on. */
static void
leave_window(struct receiving *s, uint16_t window, bool taken)
{
	struct receiving_room *rr = receiving_room_of(s, window), *other;

	TAILQ_FOREACH(other, &s->store.rooms, by_age)
		if (other != rr && !other->parted &&
		    !link_is_asked(other->room, strlen(other->room)))
			break;
	if (rr == NULL || other == NULL)
		return;
	if (s->link != NULL)
		link_part(s->link, clock_now_ms(), window);
	if (s->link != NULL && !taken)
		link_await_no_more(s->link, clock_now_ms(), window);
	set_apart(s, rr);
}

static void
join_new(struct receiving *s, const struct record *r, size_t len)
{
	struct receiving_room *rr;

	/* Whom the window is with is what the screen says by now. */
	leave_window(s, r->window, len < r->text_len);
	rr = s->classic != NULL || receiving_room_of(s, r->window) != NULL ?
	    NULL : receiving_add_room(s, r->window, r->text, len);
	if (rr == NULL || *rr->room == '\0') {
		deny(s, r);
		return;
	}
	rr->has_after = r->id > 0 || (r->flags & RECORD_JOIN_WHOLE) != 0;
	rr->after = r->id;
	rr->makes = (r->flags & RECORD_JOIN_MAKES) != 0;
	rr->again = (r->flags & RECORD_JOIN_AGAIN) != 0;
	rr->other = (r->flags & RECORD_JOIN_OTHER) != 0;
	if (s->link != NULL)
		join(s, rr, s->store.name, clock_now_ms() + JOIN_MS);
}

void
receiving_join(struct receiving *s, const struct record *r)
{
	size_t len = called(r);

	if (!has_joined(s, r, len))
		join_new(s, r, len);
	if (len < r->text_len && s->link != NULL)
		take_asked(s, r->window, r->text + len, r->text_len - len);
}

void
receiving_part(struct receiving *s, uint16_t window)
{
	leave_window(s, window, false);
}

/* Where nothing is to be kept and there is no place for it, nothing is known;
 * nor is a room of this run alone, which has a key of its own. */
static bool
knows_hosts(const struct receiver_config *c)
{
	char dir[PATH_MAX];

	if (c->hosted && c->no_store)
		return false;
	return store_config(dir, "") && (!c->no_store ||
	    access(dir, X_OK) == 0);
}

static void
know_hosts(struct receiving_store *s, const struct receiver_config *c)
{
	s->known.server = c->server;
	s->known.want = *c->key != '\0' ? c->key : NULL;
	s->known.forgetful = c->no_store;
	if (!knows_hosts(c) || !store_config(s->known.path, "known_hosts"))
		s->known.path[0] = '\0';
}

/* It is there from now on, so that it alone can be named; where it is a link,
 * what it leads to is meant. */
static void
make_hosts(const char *path)
{
	int fd = *path == '\0' ? -1 : open(path, O_RDONLY | O_CREAT |
	    O_CLOEXEC | O_NONBLOCK, 0600);

	if (fd == -1)
		return;
	close(fd);
	disk_sync_parent(&disk_real, path);
}

/*
 * What reads the network has nothing to do with the rest of the machine: it
 * writes what it keeps of this server's rooms and the file of known hosts.
 */
void
receiving_lock_in(struct receiving *s)
{
	const struct receiver_config *c = s->config;
	char rooms[PATH_MAX] = "", address[PATH_MAX] = "";
	char settings[PATH_MAX] = "";
	const char *hosts = s->store.known.path;
	const char *writes[] = { rooms, address, c->no_store ? "" : hosts,
	    NULL };
	const char *reads[] = { settings, hosts, NULL };

	s->store.given = c->given || *c->passphrase != '\0';
	know_hosts(&s->store, c);
	if (!c->no_store && !store_server(rooms, c->place))
		rooms[0] = '\0';
	/* With a point in front it is nobody's directory. */
	if (*rooms != '\0' && snprintf(s->store.pins, PATH_MAX, "%s/.people",
	    rooms) >= PATH_MAX)
		s->store.pins[0] = '\0';
	if (!c->no_store && !store_server(address, c->server))
		address[0] = '\0';
	if (!c->no_store)
		make_hosts(hosts);
	if (!store_config(settings, ""))
		settings[0] = '\0';
	lang_load();
	sandbox_enter(SANDBOX_RECEIVER, writes, reads);
}
