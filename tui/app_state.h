/*
 * The loop's inside, shared by its files only: app.c (the loop) and app_out.c
 * (what the session calls out for).
 */
#ifndef TUI_APP_STATE_H
#define TUI_APP_STATE_H

#include "tui/app.h"
#include "tui/editor.h"
#include "tui/files.h"
#include "tui/frames.h"
#include "tui/session/session.h"
#include "tui/session/session_window.h"
#include "tui/settings/options.h"
#include "tui/settings/theme.h"
#include "tui/shared/store.h"

struct app {
	const struct options	*options;	/* the session changes those of
						 * the screen ... */
	struct options		 next;	/* ... and all of the next start */
	const char		*label;		/* of the server, in paths */
	struct receiver		*receiver;
	struct host		*host;
	const sigset_t		*outside;
	struct screen		*screen;
	struct session		*session;
	struct session_list	 list;		/* of its windows */
	char			 server[OPTIONS_SHOWN];
	char			 prefill[STORE_NAME_BYTES];
	char			 known_hosts[PATH_MAX];
	char			 waiting[512];	/* see session_config */
	char			*why;
	int			 status;	/* -1: running */
	bool			 changed;	/* since the last frame */
	bool			 keyed;		/* and by a key: draw at once */
	bool			 more_keys, more_records; /* read already, so
						 * poll says nothing of them */
	struct theme		 theme;		/* as the screen has it */
	bool			 mouse;
	struct files		 files;		/* for Tab */
	struct editor		 editor; /* has the terminal while it runs */
	int64_t			 notify_due;
	unsigned		 titled;	/* mentions in the title */
	struct frames		 frames;
};

/* What the session calls out for; it is to be given the app. */
struct session_out app_out(struct app *);
/* Which windows there are from run to run. */
struct session_list app_list(struct app *);
/* A file of what is kept of the room there; false: nothing is. */
bool	 app_room_file(const struct app *, const struct session_place *,
	    const char *leaf, char path[PATH_MAX]);
/* The one that is set; where that is up to the terminal, what suits it. */
struct theme app_theme(const struct app *);
/* The screen's settings take effect. */
void	 app_apply(struct app *);
/* The session knows the screen's size before any key. */
void	 app_fit(struct app *);
/* Takes the terminal again, which may have another size than when it was
 * left. */
void	 app_resume(struct app *);

#endif
