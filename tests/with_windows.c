/*
 * Several rooms without a network.
 */
#include "tests/with_windows.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_session.h"
#include "tui/screen/scene_draw.h"
#include "tui/screen/screen.h"
#include "tui/session/scene.h"
#include "tui/settings/config.h"
#include "tui/settings/options.h"

enum { KEYS = 64, MINUTE = 60 * 1000 };

static bool
on_send(void *arg, const struct record *r)
{
	(void)arg;
	(void)r;
	return true;
}

static void
on_settings(void *arg)
{
	(void)arg;
}

struct session *
windows_session(size_t history_bytes)
{
	static struct options options, next;
	const struct session_out out = { .send = on_send,
	    .mark = { session_read_none, session_keeps_no_read },
	    .load_draft = session_has_no_draft,
	    .keep_draft = session_keeps_no_draft,
	    .welcome = session_welcomes_nobody,
	    .alert = session_alerts_nobody, .settings = on_settings };
	const struct session_config config = { .server = "host",
	    .name = "ada", .options = &options, .next = &next,
	    .history_bytes = history_bytes };

	config_defaults(&options);
	next = options;
	return session_new(&config, &out);
}

void
windows_tell(struct session *s, uint16_t window, enum record_type type,
    const char *text)
{
	struct record r = { .type = type, .text = text,
	    .text_len = strlen(text),
	    .state = { .phase = RECORD_ONLINE, .rtt_ms = 12,
	    .loss_permille = 0, .people = 6 } };

	session_record_in(s, window, 0, WINDOWS_NOON, &r);
}

void
windows_enter(struct session *s, const char *const rooms[], size_t n)
{
	uint16_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			session_open_window(s, rooms[i], strlen(rooms[i]));
		windows_tell(s, i, RECORD_ROOM, rooms[i]);
		windows_tell(s, i, RECORD_STATE, "");
		windows_tell(s, i, RECORD_WELCOME, "ada");
		windows_tell(s, i, RECORD_CAUGHT_UP, "");
	}
}

void
windows_members(struct session *s, uint16_t window, const char *const names[])
{
	struct record r = { .type = RECORD_MEMBER,
	    .flags = RECORD_MEMBER_FIRST };

	for (; *names != NULL; names++) {
		r.text = *names;
		r.text_len = strlen(*names);
		session_record_in(s, window, 0, WINDOWS_NOON, &r);
		r.flags = 0;
	}
}

void
windows_talk(struct session *s, uint16_t window, const char *name,
    unsigned flags)
{
	const char *const here[] = { "ada", name, NULL };
	char key[RECORD_TALK_BYTES + 1];
	struct record r = { .type = RECORD_OFFERED, .flags = flags,
	    .text = key, .text_len = RECORD_TALK_BYTES, .entry = {
	    .author = name, .author_len = strlen(name) } };

	snprintf(key, sizeof(key), "@%043u", window);
	session_record_in(s, window, 0, WINDOWS_NOON, &r);
	windows_tell(s, window, RECORD_STATE, "");
	r.type = RECORD_TALKER;
	session_record_in(s, window, 0, WINDOWS_NOON, &r);
	r = (struct record){ .type = RECORD_WELCOME, .text = "ada",
	    .text_len = 3, .flags = RECORD_WELCOME_TALKS };
	session_record_in(s, window, 0, WINDOWS_NOON, &r);
	windows_tell(s, window, RECORD_CAUGHT_UP, "");
	windows_members(s, window, here);
}

void
windows_lock(struct session *s, uint16_t window, const char *name)
{
	static const char was[] = "SHA256:3f9aXnPq77", is[] =
	    "SHA256:77c1Bb0Kw2";
	const struct record r = { .type = RECORD_LOCKED,
	    .flags = RECORD_TALK_VERIFIED, .text = was,
	    .text_len = strlen(was), .entry = { .author = name,
	    .author_len = strlen(name), .text = is, .text_len = strlen(is),
	    .time_ms = WINDOWS_NOON } };

	session_record_in(s, window, 0, WINDOWS_NOON, &r);
}

void
windows_say(struct session *s, uint16_t window, const char *author,
    const char *text)
{
	static uint64_t said;
	uint64_t seq = ++said;
	struct record r = { .type = RECORD_ENTRY, .entry = {
	    .kind = ENTRY_SAY, .seq = seq,
	    .time_ms = WINDOWS_NOON + (int64_t)seq * MINUTE,
	    .author = author, .author_len = strlen(author), .text = text,
	    .text_len = strlen(text) } };

	session_record_in(s, window, (int64_t)seq, r.entry.time_ms, &r);
}

void
windows_type(struct session *s, const char *bytes)
{
	struct key k;

	for (; *bytes != '\0'; bytes++) {
		k = (struct key){ .code = (unsigned char)*bytes,
		    .text = { *bytes }, .len = *bytes >= 0x20 };
		session_keys(s, 0, WINDOWS_NOON, &k, 1);
	}
}

static void
on_winch(int sig)
{
	(void)sig;
}

struct screen *
windows_screen(struct session *s, bool mono)
{
	struct sigaction winch = { .sa_handler = on_winch };
	struct theme theme = theme_default();
	struct screen *screen;
	const char *why;
	sigset_t blocked;

	sigaction(SIGWINCH, &winch, NULL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGWINCH);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	theme.name = mono ? THEME_MONO : THEME_DARK;
	if ((screen = screen_open(&theme, true, &why)) != NULL)
		session_resize(s, screen_rows(screen), screen_cols(screen));
	return screen;
}

void
windows_show(struct session *s, struct screen *screen)
{
	struct scene scene;

	session_scene(s, 0, &scene);
	scene_draw(screen, session_view(s), &scene, session_layout(s));
	session_drawn(s);
}

static void
take_keys(struct session *s, struct screen *screen)
{
	struct key keys[KEYS];
	size_t n = 0;

	while (n < KEYS && screen_key(screen, &keys[n]))
		n++;
	if (n > 0)
		session_keys(s, 0, WINDOWS_NOON, keys, n);
}

int
windows_play(struct session *s, struct screen *screen)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	sigset_t none;

	sigemptyset(&none);
	for (;;) {
		windows_show(s, screen);
		if (ppoll(&fd, 1, NULL, &none) == -1 && errno != EINTR)
			return EXIT_FAILURE;
		screen_fit(screen);
		session_resize(s, screen_rows(screen), screen_cols(screen));
		take_keys(s, screen);
	}
}
