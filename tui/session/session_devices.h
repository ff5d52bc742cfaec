/*
 * What a session knows of the user's other devices. Its own, with the functions
 * of session_devices.c.
 */
#ifndef TUI_SESSION_SESSION_DEVICES_H
#define TUI_SESSION_SESSION_DEVICES_H

struct record;
struct session;

/* A room of his is entered here as well, in a window that is not shown. */
void	 session_take_mine(struct session *, const struct record *);
/* The room of s->w was left by another: its window goes, unless he looks. */
void	 session_take_parted(struct session *, const struct record *);

#endif
