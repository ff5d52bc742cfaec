/*
 * The receiver's link: under which name, what is stored for it, which server
 * it may trust; and where the process is locked in for that.
 */
#include "tui/receiver/receiving_state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/disk.h"
#include "common/fingerprint.h"
#include "common/keys.h"
#include "common/lang.h"
#include "common/sandbox.h"
#include "tui/shared/kin.h"
#include "tui/shared/rooms.h"
#include "tui/shared/store.h"

enum {
	CLAIM_MS = 1500,	/* so long whoever was killed may still leave */
	CLAIM_STEP_MS = 20,
	TELL_S = 5		/* for the screen's process to read */
};

/* For a start where the name cannot be looked up. */
static void
keep_address(struct receiving *s)
{
	char text[SOCK_ADDR_TEXT];

	if (!s->config->no_store && s->net.resolver != -1)
		store_keep_address(s->config->server,
		    sock_addr_text(text, &s->net.addr));
}

/* A room keeps its directory under another name, too. */
static void
note_called(struct receiving *s, const char *name, size_t len)
{
	bool same = s->called_len == len && memcmp(s->called, name, len) == 0;

	memcpy(s->called, name, len);
	s->called_len = len;
	if (!same && s->store.claim != -1 && !s->store.beside)
		kin_note(s->store.dir, name, len);
}

/* All that waits is told in one go, more than the pipe holds: then it is for
 * the screen to read. False: that is gone, or stands still. */
static bool
pass_on(struct duct *d, const struct record *r)
{
	const struct timespec most = { TELL_S, 0 };
	struct pollfd fd = { .fd = duct_out_fd(d), .events = POLLOUT };

	while (!duct_send(d, r))
		if (duct_has_room(d) || ppoll(&fd, 1, &most, NULL) <= 0 ||
		    (fd.revents & POLLOUT) == 0 || !duct_flush(d))
			return false;
	return true;
}

void
receiving_tell(void *arg, const struct record *r)
{
	struct receiving *s = arg;

	if (s->store.moves && r->type == RECORD_KEPT)
		return;
	if (r->type == RECORD_STATE)
		s->online = r->state.phase == RECORD_ONLINE;
	if (r->type == RECORD_WELCOME && s->link != NULL)
		keep_address(s);
	if (r->type == RECORD_WELCOME && r->text_len <= sizeof(s->called))
		note_called(s, r->text, r->text_len);
	s->screen.told_stored |= r->type == RECORD_STORED;
	trace_pass(&s->trace, false, r);
	if (!pass_on(s->screen.duct, r))
		s->leaving = true;	/* nobody reads: the screen is gone */
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	randombytes_buf(dst, len);
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

/* Sleeps for a step; false: the end has come. */
static bool
wait_until(int64_t end)
{
	struct timespec step = { 0, CLAIM_STEP_MS * 1000000L };

	if (clock_now_ms() >= end)
		return false;
	ppoll(NULL, 0, &step, NULL);
	return true;
}

/* Another window has it open, which is said at once: nothing else is done as
 * long as that is waited for. As wait_until; errno stays. */
static bool
wait_for_window(struct receiving *s, int64_t end)
{
	const struct record r = { .type = RECORD_WINDOW };
	int saved = errno;
	bool more;

	if (!s->store.awaited) {
		receiving_tell(s, &r);
		duct_flush(s->screen.duct);
	}
	s->store.awaited = true;
	more = wait_until(end);
	errno = saved;
	return more;
}

/* Whoever had the name's room open where the host's rooms were may have been
 * gone since our parent looked. Where it is not, the room stays there. */
static void
take_room(struct receiving *s, const char *name, int64_t end)
{
	const struct receiver_config *c = s->config;
	char from[PATH_MAX], to[PATH_MAX], place[PATH_MAX];

	if (strcmp(c->place, c->server) == 0 ||
	    !store_room_path(from, c->server, name, strlen(name)) ||
	    !store_room_path(to, c->place, name, strlen(name)) ||
	    !store_server(place, c->place))
		return;
	while (access(from, F_OK) == 0 && !rooms_take_one(&disk_real, from,
	    to) && errno == EWOULDBLOCK && wait_for_window(s, end))
		continue;
}

/*
 * The room is another window's: lines wait in a directory of this one alone,
 * and what it leaves is taken over by whoever has the room next.
 */
static bool
claim_beside(struct receiving_store *store)
{
	char dir[PATH_MAX], path[PATH_MAX + 8];
	pid_t holder;
	unsigned n;

	for (n = 2; n <= ROOMS_WINDOWS && store->claim == -1; n++) {
		if (!rooms_beside(dir, store->dir, n) ||
		    disk_real.make_dir(disk_real.arg, dir) == -1)
			return false;
		snprintf(path, sizeof(path), "%s/window", dir);
		store->claim = disk_real.lock(disk_real.arg, path, &holder);
	}
	store->beside = store->claim != -1;
	if (store->beside)
		strlcpy(store->dir, dir, sizeof(store->dir));
	return store->beside;
}

/*
 * What is stored under a name is one process's. The one before may have been
 * killed only now and still be leaving: then it is waited for, or its lines
 * would wait for the next start. Meanwhile a third may move it. False: another
 * window has it, or it cannot be stored.
 */
static bool
claim(struct receiving *s, const char *name)
{
	const struct receiver_config *c = s->config;
	struct receiving_store *store = &s->store;
	int64_t end = clock_now_ms() + CLAIM_MS;
	char path[PATH_MAX];
	pid_t holder;

	if (store->claim != -1)
		close(store->claim);
	store->claim = -1;
	store->awaited = store->beside = false;
	take_room(s, name, end);
	do {
		if (!store_room(store->dir, c->place, c->server, name,
		    strlen(name)) || snprintf(path, sizeof(path), "%s/window",
		    store->dir) >= (int)sizeof(path))
			return false;
		store->claim = disk_real.lock(disk_real.arg, path, &holder);
	} while (store->claim == -1 && (errno == EWOULDBLOCK ?
	    wait_for_window(s, end) : errno == ENOENT && wait_until(end)));
	if (store->claim == -1 && errno == EWOULDBLOCK)
		return claim_beside(store);
	if (store->claim != -1)
		rooms_take_beside(&disk_real, store->dir);
	/* Where nothing can be locked there is nothing to be kept apart. */
	return store->claim != -1 || errno != ENOENT;
}

/* A link under this name: what it keeps is the name's own. */
static void
open_link(struct receiving *s)
{
	const struct receiver_config *c = s->config;
	const struct link_out out = { .send = receiving_send,
	    .record = receiving_tell, .room = receiving_room,
	    .trust = on_trust, .remember = on_remember,
	    .new_port = receiving_new_port, .random = on_random,
	    .frames = on_frames, .arg = s };
	struct link_config config = { .identity = *s->identity,
	    .only_new = c->only_new,
	    .place = { .has_after = c->has_after, .after = c->after },
	    .passphrase = *c->passphrase != '\0' ? c->passphrase : NULL,
	    .given = s->store.given };
	char name[TEXT_NAME_BYTES + 1];

	snprintf(name, sizeof(name), "%.*s", (int)s->name_len, s->name);
	/* The one before us had other words for the same person. */
	if (!s->store.opened && c->keeps[0] != '\0')
		strlcpy(name, c->keeps, sizeof(name));
	s->store.opened = true;
	/* Where nothing can be stored it does without. */
	if (!c->no_store && claim(s, name)) {
		if (!s->store.beside)
			kin_take(s->store.dir, name, strlen(name));
		config.place.disk = &disk_real;
		config.place.dir = s->store.dir;
		config.place.no_copy = s->store.beside;
	}
	s->link = link_new(&config, &out);
	sodium_memzero(&config.identity, sizeof(config.identity));
}

/* It is the name that this link keeps things under, or the one that the room
 * calls it by since. */
static bool
is_of_link(const struct receiving *s, const char *name, size_t len)
{
	return (len == s->name_len && memcmp(name, s->name, len) == 0) ||
	    (len == s->called_len && memcmp(name, s->called, len) == 0);
}

void
receiving_log_out(struct receiving *s)
{
	link_free(s->link);
	s->link = NULL;
	/* A name that was refused leaves nothing behind. */
	if (s->store.claim != -1)
		rooms_leave(&disk_real, s->store.dir);
}

void
receiving_log_in(struct receiving *s, const char *name, size_t len)
{
	int64_t now = clock_now_ms();

	if (len == 0 || len > sizeof(s->name))
		return;
	if (s->classic != NULL) {
		memcpy(s->name, name, len);
		s->name_len = len;
		classic_link_login(s->classic, now, name, len);
		return;
	}
	if (s->link != NULL && !is_of_link(s, name, len)) {
		receiving_log_out(s);
		s->called_len = 0;
		/* The name was refused; what waits is his all the same. */
		if (s->store.claim != -1 && !s->store.beside)
			kin_note(s->store.dir, name, len);
	}
	memcpy(s->name, name, len);
	s->name_len = len;
	if (s->link == NULL)
		open_link(s);
	if (s->link != NULL)
		link_login(s->link, now, name, len);
	if (s->link == NULL || link_left(s->link))
		s->leaving = true;
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

	s->store.claim = -1;
	s->store.given = c->given || *c->passphrase != '\0';
	know_hosts(&s->store, c);
	if (!c->no_store && !store_server(rooms, c->place))
		rooms[0] = '\0';
	if (!c->no_store && !store_server(address, c->server))
		address[0] = '\0';
	if (!c->no_store)
		make_hosts(hosts);
	if (!store_config(settings, ""))
		settings[0] = '\0';
	lang_load();
	sandbox_enter(SANDBOX_RECEIVER, writes, reads);
}
