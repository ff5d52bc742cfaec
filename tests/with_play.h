/*
 * A session that is played to by records and keys: in the home room, lab, and
 * behind that in ops, as ada. Header only.
 */
#ifndef TESTS_WITH_PLAY_H
#define TESTS_WITH_PLAY_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_session.h"
#include "tui/session/scene.h"
#include "tui/session/session.h"
#include "tui/session/session_window.h"
#include "tui/session/window.h"
#include "tui/settings/config.h"
#include "tui/settings/options.h"

enum { PLAY_WALL = 1000000, PLAY_ROWS = 19 };

struct play {
	struct session	*session;
	char		 sent[1024];	/* the records, in words of the test's */
	char		 kept[1024];	/* which windows there are */
	int64_t		 now;
	struct options	 options, next;
	struct session_list list;
};

static inline char *
play_load(void *arg, const char *name, size_t *len)
{
	struct play *p = arg;

	(void)name;
	*len = strlen(p->kept);
	return strdup(p->kept);
}

static inline void
play_keep(void *arg, const char *name, const char *text, size_t len)
{
	struct play *p = arg;

	(void)name;
	snprintf(p->kept, sizeof(p->kept), "%.*s", (int)len, text);
}

/* Zeroed before; send writes into p->sent, and has p as its arg. */
static inline void
play_begin(struct play *p, bool (*send)(void *, const struct record *))
{
	const struct session_out out = { .send = send,
	    .mark = { session_read_none, session_keeps_no_read },
	    .load_draft = session_has_no_draft,
	    .keep_draft = session_keeps_no_draft,
	    .welcome = session_welcomes_nobody,
	    .alert = session_alerts_nobody, .arg = p };
	struct session_config config = { .server = "host", .name = "ada",
	    .known_hosts = "known_hosts", .options = &p->options,
	    .next = &p->next, .history_bytes = 6 << 20 };

	config_defaults(&p->options);
	p->next = p->options;
	p->session = session_new(&config, &out);
	assert_non_null(p->session);
	p->list = (struct session_list){ play_load, play_keep, p };
	session_set_list(p->session, &p->list);
	session_resize(p->session, PLAY_ROWS, 80);
}

static inline void
play_end(struct play *p)
{
	session_free(p->session);
	memset(p, 0, sizeof(*p));
}

static inline void
play_record(struct play *p, uint16_t window, const struct record *r)
{
	session_record_in(p->session, window, p->now, PLAY_WALL, r);
}

/* A record with that id and that text. */
static inline void
play_tell(struct play *p, uint16_t window, enum record_type type, uint64_t id,
    const char *text)
{
	struct record r = { .type = type, .id = id, .text = text,
	    .text_len = strlen(text) };

	play_record(p, window, &r);
}

static inline void
play_keys(struct play *p, const struct key *k, size_t n)
{
	session_keys(p->session, p->now, PLAY_WALL, k, n);
}

static inline void
play_type(struct play *p, const char *text)
{
	struct key k;

	for (; *text != '\0'; text++) {
		k = (struct key){ .code = (unsigned char)*text,
		    .text = { *text }, .len = *text >= 0x20 };
		play_keys(p, &k, 1);
	}
}

static inline struct scene
play_scene(struct play *p)
{
	struct scene f = { 0 };

	session_scene(p->session, p->now, &f);
	return f;
}

/* The room has taken the name; whether the server knows talks. */
static inline void
play_welcome(struct play *p, uint16_t window, bool knows)
{
	const struct record r = { .type = RECORD_WELCOME, .text = "ada",
	    .text_len = 3, .flags = knows ? RECORD_WELCOME_TALKS : 0 };

	play_record(p, window, &r);
	play_tell(p, window, RECORD_CAUGHT_UP, 0, "");
	p->sent[0] = '\0';
}

/* In the home room and, behind it, in ops. */
static inline void
play_begin_in_two(struct play *p, bool (*send)(void *, const struct record *),
    bool knows)
{
	play_begin(p, send);
	p->now = 5000;
	session_start(p->session, p->now);
	play_tell(p, 0, RECORD_ROOM, 0, "lab");
	play_welcome(p, 0, knows);
	assert_true(session_add_room(p->session, "ops", false));
	play_tell(p, 1, RECORD_ROOM, 0, "ops");
	play_welcome(p, 1, knows);
}

#endif
