/*
 * What the session calls out for: files, programs, the terminal, the receiver.
 * Client's parent process.
 */
#include "tui/app_state.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/disk.h"
#include "common/lang.h"
#include "common/text.h"
#include "tui/host.h"
#include "tui/invitation.h"
#include "tui/launch.h"
#include "tui/notify.h"
#include "tui/receiver/receiver.h"
#include "tui/save.h"
#include "tui/screen/screen.h"
#include "tui/screen/terminal.h"
#include "tui/settings/config.h"
#include "tui/shared/duct.h"
#include "tui/shared/rooms.h"
#include "tui/shared/waiting.h"

enum {
	ALERT_BYTES = 400	/* of what was said, at most */
};

void
app_fit(struct app *a)
{
	session_resize(a->session, screen_rows(a->screen),
	    screen_cols(a->screen));
	a->changed = a->keyed = true;
}

void
app_resume(struct app *a)
{
	screen_resume(a->screen);
	app_fit(a);
}

static bool
on_send(void *arg, const struct record *r)
{
	struct app *a = arg;

	/* Another receiver has to ask for it, and must not do without. */
	a->receiver->config.given |= r->type == RECORD_PASSPHRASE;
	return a->receiver->duct != NULL && duct_send(a->receiver->duct, r);
}

static bool
on_host(void *arg, char *why, size_t size)
{
	struct app *a = arg;
	char reason[HOST_WHY_BYTES];

	/* Under which name, before anybody could answer to another one. */
	if (a->receiver->duct != NULL)
		duct_flush(a->receiver->duct);
	/* Kept in any case: localhost is known by its key. */
	if (!host_start(a->host, a->options->family, a->options->port,
	    a->options->passphrase, false, reason)) {
		strlcpy(why, reason, size);
		return false;
	}
	session_share(a->session, a->host->share);
	return true;
}

/* The name may still be refused: so nothing is made yet. */
bool
app_room_file(const struct app *a, const struct session_place *at,
    const char *leaf, char path[PATH_MAX])
{
	const struct store_room r = { a->receiver->config.place,
	    a->receiver->config.server, at->name, at->room };

	return !a->options->no_store && store_room_file(path, &r, leaf);
}

static uint64_t
on_read_up_to(void *arg, const struct session_place *at)
{
	struct app *a = arg;
	char path[PATH_MAX], *text = NULL;
	size_t len;
	uint64_t number = 0;

	if (app_room_file(a, at, "read", path))
		text = store_load(path, &len);
	if (text != NULL)
		number = strtoull(text, NULL, 10);
	free(text);
	return number;
}

static void
on_keep_read(void *arg, const struct session_place *at, uint64_t seen)
{
	struct app *a = arg;
	char path[PATH_MAX], number[32];
	int n = snprintf(number, sizeof(number), "%llu\n",
	    (unsigned long long)seen);

	if (app_room_file(a, at, "read", path))
		store_replace(path, number, (size_t)n);
}

static char *
on_load_draft(void *arg, const struct session_place *at, size_t *len)
{
	char path[PATH_MAX];

	return app_room_file(arg, at, "draft", path) ?
	    store_load(path, len) : NULL;
}

static bool
on_keep_draft(void *arg, const struct session_place *at, const char *text,
    size_t len)
{
	char path[PATH_MAX];

	if (!app_room_file(arg, at, "draft", path))
		return false;
	return len > 0 ? store_replace(path, text, len) : unlink(path) == 0;
}

static void
on_welcome(void *arg, const char *name)
{
	struct app *a = arg;

	if (!a->options->no_store)
		store_save_name(name);
	a->titled = UINT_MAX;
}

static int64_t
on_save(void *arg, const char *path, struct history *h, char *why, size_t size)
{
	(void)arg;
	return save_chat(path, h, why, size);
}

static const char *
on_path(void *arg, const char *begun, size_t i)
{
	struct app *a = arg;

	return files_nth(&a->files, begun, i);
}

static bool
on_keep(void *arg, const char *word, char *why, size_t size)
{
	struct app *a = arg;
	char reason[CONFIG_WHY_BYTES];

	if (a->options->config[0] == '\0') {
		strlcpy(why, _("there is no home for a config file"), size);
		return false;
	}
	if (config_save(&a->next, a->options->config, word, reason))
		return true;
	strlcpy(why, reason, size);
	return false;
}

static bool
on_open(void *arg, const char *url, char *why, size_t size)
{
	struct app *a = arg;

	return launch_link(a->options->screen.opener, url, why, size);
}

/* The terminal is the editor's until it ends; the room goes on. */
static bool
on_edit(void *arg, const char *text, size_t len, char *why, size_t size)
{
	struct app *a = arg;
	int error;

	screen_suspend(a->screen);
	if (editor_start(&a->editor, a->outside, text, len))
		return true;
	error = errno;
	app_resume(a);
	snprintf(why, size, _("No editor: %s"), strerror(error));
	return false;
}

static void
on_copy(void *arg, const char *text, size_t len)
{
	struct app *a = arg;

	terminal_copy(screen_terminal(a->screen), text, len);
}

static void
on_alert(void *arg, const char *name, const char *text, size_t len)
{
	struct app *a = arg;
	const struct terminal *terminal = screen_terminal(a->screen);
	char *shown = text_display(text, len, &len);
	char line[ALERT_BYTES + 128];
	size_t cut;

	if (shown == NULL)
		return;
	/* A line: what a terminal or a command makes of more is unknown, as
	 * of a character that is cut in two. */
	if ((cut = strcspn(shown, "\n")) > ALERT_BYTES)
		for (cut = ALERT_BYTES; ((unsigned char)shown[cut] & 0xc0) ==
		    0x80; cut--)
			continue;
	shown[cut] = '\0';
	snprintf(line, sizeof(line), "%s: %s", name, shown);
	if (a->editor.pid != 0)
		;		/* it has the terminal */
	else if (a->options->screen.alert == ALERT_BELL)
		terminal_bell();
	else if (a->options->screen.alert == ALERT_OSC9)
		terminal_osc9(terminal, line);
	else if (a->options->screen.alert == ALERT_OSC777)
		terminal_osc777(terminal, name, shown);
	if (a->options->screen.notify[0] != '\0' &&
	    notify_may(&a->notify_due, clock_now_ms()))
		notify_run(a->options->screen.notify, name, shown, launch_run);
	free(shown);
}

struct theme
app_theme(const struct app *a)
{
	struct theme theme = a->options->screen.theme;

	if (theme.name == THEME_AUTO)
		theme.name = theme_guess(getenv("COLORFGBG"));
	return theme;
}

void
app_apply(struct app *a)
{
	struct theme theme = app_theme(a);

	if (theme.name != a->theme.name ||
	    memcmp(theme.own, a->theme.own, sizeof(theme.own)) != 0)
		screen_theme(a->screen, &theme);
	a->theme = theme;
	if (a->mouse != a->options->screen.mouse)
		terminal_mouse(screen_terminal(a->screen),
		    a->options->screen.mouse);
	a->mouse = a->options->screen.mouse;
}

static void
on_settings(void *arg)
{
	app_apply(arg);
}

static void
on_invite(void *arg, char *commands, size_t size)
{
	struct app *a = arg;

	if (a->host->pid > 0)
		strlcpy(commands, a->host->commands, size);
	else
		invitation_write(commands, size, a->options, a->label,
		    session_window(a->session)->asked);
}

/* In what is kept of the name's home room. */
static bool
list_file(struct app *a, const char *name, char path[PATH_MAX])
{
	const struct session_place at = { "", name };

	return app_room_file(a, &at, "windows", path);
}

/* In a window of any number: where nobody looks nothing of it would be said. */
static void
add_waiting(void *arg, const char *leaf)
{
	char **list = arg, *more, room[TEXT_NAME_BYTES];
	size_t len = store_room_name(room, leaf);

	if (asprintf(&more, "%s0 %.*s\n", *list != NULL ? *list : "",
	    (int)len, room) == -1)
		return;
	free(*list);
	*list = more;
}

static char *
on_load_list(void *arg, const char *name, size_t *len)
{
	char path[PATH_MAX], rooms[PATH_MAX], *list;

	if (!list_file(arg, name, path))
		return NULL;
	list = store_load(path, len);
	*strrchr(path, '/') = '\0';
	if (snprintf(rooms, sizeof(rooms), "%s/room", path) <
	    (int)sizeof(rooms))
		rooms_take_renamed(&disk_real, rooms, NULL);
	waiting_rooms(&disk_real, path, add_waiting, &list);
	*len = list != NULL ? strlen(list) : 0;
	return list;
}

static void
on_keep_list(void *arg, const char *name, const char *text, size_t len)
{
	char path[PATH_MAX];

	if (!list_file(arg, name, path))
		return;
	if (len > 0)
		store_replace(path, text, len);
	else
		unlink(path);
}

struct session_list
app_list(struct app *a)
{
	return (struct session_list){ .load = on_load_list,
	    .keep = on_keep_list, .arg = a };
}

struct session_out
app_out(struct app *a)
{
	return (struct session_out){ .send = on_send, .host = on_host,
	    .mark = { on_read_up_to, on_keep_read },
	    .load_draft = on_load_draft,
	    .keep_draft = on_keep_draft, .welcome = on_welcome,
	    .save = on_save, .path = on_path, .keep = on_keep,
	    .open = on_open, .edit = on_edit, .copy = on_copy,
	    .alert = on_alert, .settings = on_settings,
	    .invite = on_invite, .arg = a };
}
