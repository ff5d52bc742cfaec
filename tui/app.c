/*
 * The loop of the client's parent process. It owns the terminal and nothing
 * else: no socket, no key of the room's.
 */
#include "tui/app_state.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/disk.h"
#include "common/lang.h"
#include "common/text.h"
#include "tui/host.h"
#include "tui/receiver/receiver.h"
#include "tui/screen/scene_draw.h"
#include "tui/screen/screen.h"
#include "tui/screen/terminal.h"
#include "tui/session/scene.h"
#include "tui/session/session_window.h"
#include "tui/shared/duct.h"
#include "tui/shared/waiting.h"
#include "tui/signals.h"
#include "tui/text/edit.h"

enum {
	KEYS = 4096,		/* taken in one go: all that a terminal holds,
				 * so that a paste is seen as one */
	RECORDS = 4096,	/* likewise, so that the keyboard never starves */
	HELD_MS = 1500,		/* to hand over at the end what is held */
	EXIT_NO_SCREEN = 2
};

static void
take_edited(struct app *a)
{
	char why[EDITOR_WHY_BYTES], *text;
	size_t len;

	if (!editor_ended(&a->editor, EDIT_BYTES, &text, &len, why))
		return;
	app_resume(a);
	session_edited(a->session, text, len, why);
	free(text);
}

/* What waits for the user stands in the window's title too. */
static void
set_title(struct app *a)
{
	unsigned n = a->options->screen.title ?
	    session_mentions(a->session) : 0;
	char title[384];

	if (n == a->titled)
		return;
	a->titled = n;
	if (n > 0)
		snprintf(title, sizeof(title), "(%u) chat %s", n, a->server);
	else
		snprintf(title, sizeof(title), "chat %s", a->server);
	terminal_title(screen_terminal(a->screen), title);
}

static void
tell_undrafted(struct app *a, bool drafted)
{
	char text[256];

	if (drafted)
		return;
	snprintf(text, sizeof(text), _("what was being typed is not kept: %s"),
	    strerror(errno));
	fprintf(stderr, "chat-tui: %s\n", text);
	if (a->status == EXIT_SUCCESS)
		a->status = EXIT_FAILURE;
}

/* What the next run begins with. */
static void
keep_state(struct app *a)
{
	char path[PATH_MAX], *lines;
	size_t len;

	if (a->session == NULL || a->options->no_store)
		return;
	tell_undrafted(a, session_keep_draft(a->session));
	session_keep_read(a->session);
	session_keep_shown(a->session);
	if (store_state(path, "lines") &&
	    (lines = session_lines(a->session, &len)) != NULL) {
		if (len > 0)
			store_replace(path, lines, len);
		free(lines);
	}
}

/* The last name used, else the login name. */
static void
propose_name(struct app *a)
{
	const struct passwd *pw;

	if (!a->options->no_store && store_last_name(a->prefill))
		return;
	pw = getpwuid(getuid());
	if (pw != NULL && text_name_check(pw->pw_name,
	    strlen(pw->pw_name)) == TEXT_NAME_OK)
		strlcpy(a->prefill, pw->pw_name, sizeof(a->prefill));
}

static void
name_server(struct app *a)
{
	const struct options *o = a->options;

	options_show(a->server, o->server, a->host->pid > 0 ? a->host->port :
	    o->port);
}

/* What does not fit is told at a later start. */
static void
on_host(void *arg, const char *host, size_t lines)
{
	struct app *a = arg;
	size_t len = strlen(a->waiting), room = sizeof(a->waiting) - len;
	int n = snprintf(a->waiting + len, room,
	    _("Lines that wait for %s: %zu."), host, lines);

	if (n < 0 || (size_t)n + 1 >= room)
		a->waiting[len] = '\0';
	else
		strlcat(a->waiting, "\n", sizeof(a->waiting));
}

static void
find_waiting(struct app *a)
{
	char rooms[PATH_MAX];

	a->waiting[0] = '\0';
	if (!a->options->no_store && !a->options->classic &&
	    store_state(rooms, "rooms"))
		waiting_each(&disk_real, rooms, a->label, on_host, a);
}

static bool
open_screen(struct app *a)
{
	const char *term, *no_colour = getenv("NO_COLOR");

	a->theme = app_theme(a);
	a->screen = screen_open(&a->theme, no_colour == NULL ||
	    *no_colour == '\0', &term);
	if (a->screen != NULL) {
		app_apply(a);
		return true;
	}
	if (term == NULL) {
		snprintf(a->why, APP_WHY_BYTES, "%s", strerror(ENOMEM));
		a->status = EXIT_FAILURE;
		return false;
	}
	snprintf(a->why, APP_WHY_BYTES, _("the terminal '%s' cannot "
	    "show a full screen; use plain mode: chat-tui -P -n NAME"), term);
	a->status = EXIT_NO_SCREEN;
	return false;
}

/* The first of those that are given is where one begins; the others come with
 * those that are kept. */
static void
call_first(struct app *a)
{
	char room[OPTIONS_ROOM_BYTES], home[STORE_ROOM_BYTES];

	if (!a->options->no_store && !a->options->classic) {
		store_home(a->receiver->config.place, home);
		session_call_home(a->session, home);
	}
	if (options_room(a->options, 0, room))
		session_call_first(a->session, room);
}

static bool
set_up(struct app *a, struct options *options)
{
	struct session_out out = app_out(a);
	struct session_config config = { .server = a->server,
	    .options = options, .next = &a->next,
	    .prefill = a->prefill, .known_hosts = a->known_hosts,
	    .waiting = a->waiting,
	    .name = *a->options->name != '\0' ? a->options->name : NULL,
	    .classic = a->options->classic,
	    .dropped_percent = a->options->loss_percent,
	    .may_host = options_is_here(a->options->server) &&
		*a->options->key == '\0',
	    .history_bytes = (size_t)a->options->scrollback_mb << 20 };
	char *lines = NULL, path[PATH_MAX];

	name_server(a);
	propose_name(a);
	find_waiting(a);
	if (!store_config(a->known_hosts, "known_hosts"))
		strlcpy(a->known_hosts, "known_hosts", PATH_MAX);
	if (a->host->pid > 0)
		config.share = a->host->share;
	if (!open_screen(a))
		return false;
	config.unbracketed = !terminal_brackets(screen_terminal(
	    a->screen));
	if (!a->options->no_store && store_state(path, "lines"))
		config.lines = lines = store_load(path, &config.lines_len);
	a->session = session_new(&config, &out);
	free(lines);
	if (a->session == NULL) {
		strlcpy(a->why, strerror(ENOMEM), APP_WHY_BYTES);
		a->status = EXIT_FAILURE;
		return false;
	}
	call_first(a);
	a->list = app_list(a);
	session_set_list(a->session, &a->list);
	app_fit(a);
	session_start(a->session, clock_now_ms());
	return true;
}

/* The receiver is gone: without it there is nothing to show or to say. */
static void
end_broken(struct app *a, const char *why)
{
	if (a->status == -1)
		a->status = EXIT_FAILURE;
	if (a->why[0] == '\0')
		strlcpy(a->why, why, APP_WHY_BYTES);
}

/* It has died: another goes on where it was, or there is an end. */
static void
lose_receiver(struct app *a)
{
	int64_t now = clock_now_ms();

	/* A signal to the whole group may have ended it. */
	signals_let_in(a->outside);
	if (a->status == -1)
		a->status = signals_leaving();
	if (a->status != -1)
		return;
	if (receiver_again(a->receiver, now, session_newest(a->session),
	    session_login(a->session))) {
		/* What it has taken over waits for nobody else. */
		find_waiting(a);
		session_revive(a->session, now);
	} else
		end_broken(a, _("the receiver process ended unexpectedly; the "
		    "room will see you leave"));
}

static void
take_records(struct app *a)
{
	struct record r;
	int64_t now = clock_now_ms(), wall = clock_wall_ms();
	int i;

	a->more_records = false;
	for (i = 0; i < RECORDS; i++) {
		switch (duct_next(a->receiver->duct, &r)) {
		case DUCT_RECORD:
			if (r.type == RECORD_MOVED)
				receiver_moves(a->receiver);
			session_record_in(a->session, r.window, now, wall,
			    &r);
			frames_took(&a->frames, r.text_len + r.entry.text_len);
			break;
		case DUCT_EMPTY:
			return;
		case DUCT_CLOSED:
			lose_receiver(a);
			return;
		case DUCT_BROKEN:
			if (duct_is_closed(a->receiver->duct)) {
				lose_receiver(a);
				return;
			}
			end_broken(a, _("the receiver process sent what "
			    "cannot be read, and was ended"));
			return;
		}
	}
	a->more_records = true;
}

static void
take_keys(struct app *a)
{
	struct key keys[KEYS];
	size_t n = 0;

	while (n < KEYS && screen_key(a->screen, &keys[n]))
		n++;
	a->more_keys = n == KEYS;
	if (n == 0)
		return;
	a->keyed = true;
	session_keys(a->session, clock_now_ms(), clock_wall_ms(), keys, n);
}

static void
end_session(struct app *a)
{
	const char *why;

	if (!session_over(a->session) || a->status != -1)
		return;
	a->status = session_status(a->session, &why);
	strlcpy(a->why, why, APP_WHY_BYTES);
}

/* A child has ended: the editor, or the server that is hosted here. */
static void
take_child(struct app *a)
{
	if (a->editor.pid != 0)
		take_edited(a);
	if (host_has_ended(a->host))
		session_unhosted(a->session, clock_wall_ms());
}

/* Those of the keyboard are the editor's; if it stops, so do we, and the shell
 * has the terminal. Its new size is taken with the terminal. */
static void
take_editors_signals(struct app *a, bool stopped)
{
	signals_took(SIGINT);
	if (stopped)
		signals_stop();
	signals_took(SIGCONT);
	if (signals_took(SIGCHLD))
		take_child(a);
}

static void
take_signals(struct app *a)
{
	bool stopped = signals_took(SIGTSTP), continued;
	int leaving;

	if (a->editor.pid != 0)
		signals_took(SIGQUIT);	/* a key of the editor's */
	if ((leaving = signals_leaving()) > 0) {
		a->status = leaving;
		return;
	}
	if (a->editor.pid != 0) {
		take_editors_signals(a, stopped);
		return;
	}
	if (signals_took(SIGINT)) {	/* C-c */
		session_interrupt(a->session);
		end_session(a);
		a->keyed = true;
	}
	if (stopped) {
		screen_suspend(a->screen);
		signals_stop();
	}
	/* Also after a SIGSTOP, which nobody hears of: whoever had the
	 * terminal meanwhile left it in his own modes. */
	continued = signals_took(SIGCONT);
	if (stopped || continued)
		app_resume(a);
	if (signals_took(SIGWINCH)) {
		screen_fit(a->screen);
		app_fit(a);
	}
	if (signals_took(SIGCHLD))
		take_child(a);
}

static void
draw(struct app *a, int64_t now)
{
	struct scene scene;

	/* What is shown to wait is with who keeps it, whatever becomes of us;
	 * if that one is gone, reading will say so. */
	if (a->receiver->duct != NULL)
		duct_flush(a->receiver->duct);
	if (session_take_redraw(a->session))
		screen_redraw(a->screen);
	session_scene(a->session, now, &scene);
	scene_draw(a->screen, session_view(a->session), &scene,
	    session_layout(a->session));
	set_title(a);
	session_drawn(a->session);
	frames_drawn(&a->frames, now, a->keyed, screen_rows(a->screen));
	a->changed = a->keyed = false;
}

/* Draws what is due; returns when the next frame or timer is. */
static int64_t
draw_due(struct app *a)
{
	int64_t now = clock_now_ms(), due = session_tick(a->session, now);

	if (session_changed(a->session))
		a->changed = true;
	if (a->editor.pid != 0)
		a->changed = false;	/* all is drawn when it has ended */
	if (!a->changed)
		return due;
	if (now < frames_due(&a->frames, a->keyed))
		return clock_earlier(frames_due(&a->frames, a->keyed), due);
	take_records(a);	/* what came while the frame was waited for */
	end_session(a);
	if (a->status == -1)
		draw(a, now);
	due = session_tick(a->session, now);
	a->changed = session_changed(a->session);
	return a->changed ? now : due;
}

static void
wait_events(struct app *a, int64_t due)
{
	enum { TERMINAL, RECORDS_IN, COMMANDS_OUT, SLOTS };
	struct duct *duct = a->receiver->duct;
	struct pollfd fds[SLOTS] = {
		[TERMINAL] = { .fd = a->editor.pid != 0 ? -1 : STDIN_FILENO,
		    .events = POLLIN },
		[RECORDS_IN] = { .fd = duct_in_fd(duct), .events = POLLIN },
		[COMMANDS_OUT] = { .fd = duct_out_fd(duct) },
	};
	struct timespec wait;
	bool rests = clock_now_ms() < a->frames.rest_until;
	int n;

	/* Lines that come before the next frame are read with it. */
	if (a->changed || rests)
		fds[RECORDS_IN].fd = -1;
	if (rests)
		due = clock_earlier(due, a->frames.rest_until);
	if (a->editor.pid != 0)
		a->more_keys = false;
	if (a->more_keys || (a->more_records && !a->changed))
		due = 0;
	duct_flush(duct);	/* if it is gone, reading will say so */
	if (duct_queued(duct) > 0)
		fds[COMMANDS_OUT].events = POLLOUT;
	n = ppoll(fds, SLOTS, clock_until(due, &wait), a->outside);
	take_signals(a);
	if (n == -1 || a->status != -1)
		return;
	if (fds[TERMINAL].revents & (POLLERR | POLLHUP | POLLNVAL))
		a->status = 128 + SIGHUP;	/* the window is gone */
	if (a->more_keys || (fds[TERMINAL].revents & POLLIN))
		take_keys(a);
	if (fds[COMMANDS_OUT].revents & POLLOUT)
		duct_flush(duct);
	if (fds[RECORDS_IN].revents != 0 || (rests && n == 0) ||
	    (a->more_records && !a->changed))
		take_records(a);
	end_session(a);
}

/* As much as the receiver takes, which leaves then. */
static void
say_held(struct app *a)
{
	int64_t due = clock_now_ms() + HELD_MS;

	while (!session_say_held(a->session) && a->receiver->duct != NULL &&
	    receiver_drain(a->receiver, due))
		continue;
}

/* Up to which line what was said in a window is kept. */
static uint64_t
stored_in(void *arg, uint16_t window)
{
	const struct receiver_left *left = arg;
	const struct receiver_left_of *of = &left->of[window %
	    RECEIVER_WINDOWS];

	/* All before the first that was refused is there, or was. */
	if (of->refused > 0 && (left->told || of->stored >= of->refused))
		return of->refused - 1;
	return left->told ? UINT64_MAX : of->stored;
}

/* Nothing that was typed goes without a word: what the receiver did not say
 * is kept comes back as what is being typed; what it kept before waits. */
static void
tell_unkept(struct app *a)
{
	struct receiver_left *left = &a->receiver->left;
	char text[256];
	bool drafted;
	size_t n, waits;

	if (a->session == NULL || (left->told && !left->refused))
		return;
	n = session_take_unkept_of(a->session, stored_in, left, &drafted,
	    &waits);
	if (!left->told) {
		left->waits = waits;
		left->kept = !a->options->no_store;
	}
	if (n == 0)
		return;
	snprintf(text, sizeof(text), drafted ? _("lines that may not be kept: "
	    "%zu; they are on the input line the next time") : _("lines that "
	    "may not be kept: %zu"), n);
	fprintf(stderr, "chat-tui: %s\n", text);
	if (a->status == EXIT_SUCCESS)
		a->status = EXIT_FAILURE;
}

/* What was written in it is what is being typed. */
static void
end_editor(struct app *a, char why[EDITOR_WHY_BYTES])
{
	size_t len;
	char *text = editor_stop(&a->editor, EDIT_BYTES, &len, why);

	if (text != NULL)
		session_edited(a->session, text, len, NULL);
	free(text);
}

/* There may be no receiver any more once a frame was due. */
static void
run(struct app *a)
{
	int64_t due;

	while (a->status == -1) {
		due = draw_due(a);
		if (a->status == -1)
			wait_events(a, due);
	}
}

int
app_run(struct options *options, const char *label,
    struct receiver *receiver, struct host *host, const sigset_t *outside,
    char why[APP_WHY_BYTES])
{
	struct app a = { .options = options, .next = *options, .label = label,
	    .receiver = receiver, .host = host, .outside = outside,
	    .why = why, .status = -1, .titled = UINT_MAX };
	char left[EDITOR_WHY_BYTES];

	why[0] = '\0';
	if (set_up(&a, options))
		run(&a);
	host->is_visited = a.session != NULL && session_others(a.session) > 0;
	end_editor(&a, left);
	/* The terminal first: the disk may be slow. */
	screen_close(a.screen);
	if (left[0] != '\0')
		fprintf(stderr, "chat-tui: %s\n", left);
	if (a.session != NULL)
		say_held(&a);
	keep_state(&a);
	receiver_stop(receiver);
	tell_unkept(&a);
	session_free(a.session);
	files_clear(&a.files);
	return a.status;
}
