/*
 * What is read in a session: lines of now and of earlier, what is unread, found
 * or linked to. Its own, with the functions of the files about that.
 */
#ifndef TUI_SESSION_SESSION_READING_H
#define TUI_SESSION_SESSION_READING_H

#include "common/entry.h"
#include "tui/session/ignored.h"
#include "tui/session/key.h"

struct record;
struct history;
struct query;
struct session;
struct window;

enum { SESSION_OLDER_MS = 4000 };	/* so long one answer may take */

/* Whether the user looks, and at whom. */
struct looking {
	bool		 unfocused;
	int64_t		 alerted_ms;	/* the last one was; 0: never */
	struct ignored	 ignored;	/* as the setting says */
};

/* session_lines.c */
void	 session_take_entry(struct session *, const struct record *);
void	 session_take_older(struct session *, const struct record *);
/* A line of an earlier run that the room has not taken yet. */
void	 session_take_pending(struct session *, const struct record *);

/* session_unread.c */
/* Is it somebody's word, no notice? */
bool	 session_speaks(const struct entry *);
/* What is unread has been seen. */
void	 session_read_all(struct session *);
/* Is nobody looking at the lowest line? */
bool	 session_is_away(const struct session *);
/* The line that the pane begins with. */
uint64_t session_top_line(const struct session *);
/* Did it come while no program of the user's was here? */
bool	 session_missed(const struct session *, const struct entry *);
/* Is it a talk that is here for what is new in it? */
bool	 session_was_offered(const struct session *);
/* The line that came last may be unread. */
void	 session_note_unread(struct session *, const struct entry *,
	    unsigned marks);
/* How far he was in the window's room in an earlier run. And how far he is in
 * s->w is kept for the next one, some time after that changed. */
void	 session_load_read(struct session *, struct window *);
int64_t	 session_tick_read(struct session *, int64_t now);
/* Who is here and looks has read what is there. */
void	 session_note_presence(struct session *);

/* session_marks.c */
/* What stands in s->w is told one's other devices after a while; and as it is,
 * where one leaves. */
int64_t	 session_tick_seen(struct session *, int64_t now);
void	 session_leave_seen(struct session *);
/* One of them has read the room of s->w up to there. */
void	 session_take_mark(struct session *, const struct record *);

/* session_older.c */
/* Fetches older lines where the view nears the top of those that are here. */
void	 session_want_older(struct session *);
/* Asks for them now; false: there are none, or they are on their way. */
bool	 session_fetch_older(struct session *);
/* Has the room any that are not here? */
bool	 session_has_older(struct session *);

/* session_search.c */
void	 session_search(struct session *, const char *text, size_t len,
	    bool back);
/* From a line on, which becomes the one that was found; *most: how many others
 * may be looked at on the way. */
bool	 session_find_line(struct history *, struct query *, bool back,
	    uint64_t *line, size_t *most);
/* As if it had been looked for and found. */
void	 session_search_at(struct session *, const struct query *,
	    uint64_t line);
/* C-r and C-s: begins, or goes on. */
void	 session_search_key(struct session *, bool back);
void	 session_search_typed(struct session *);
/* Older lines have come; goes on in them if that is wanted. */
void	 session_search_more(struct session *);
/* They do not come. */
void	 session_search_give_up(struct session *);
void	 session_search_stay(struct session *);
void	 session_search_return(struct session *);
void	 session_search_end(struct session *);

/* session_hits.c */
/* What has that in any room, as a page. False: there is nothing to look for. */
bool	 session_hits(struct session *, const char *text, size_t len);
/* A key over that page; false: it is the pager's. */
bool	 session_hits_key(struct session *, const struct key *, enum action);
/* What Enter does there; NULL: that is not what is shown. */
const char *session_hits_asking(struct session *);

/* session_links.c */
void	 session_links(struct session *);
bool	 session_copy(struct session *, const char *arg, size_t len);
bool	 session_open(struct session *, const char *arg, size_t len);
/* A key over the list of links; false: it is the pager's. */
bool	 session_links_key(struct session *, const struct key *, enum action);
/* What Enter does there; NULL: that is not what is shown. */
const char *session_links_asking(struct session *);

#endif
