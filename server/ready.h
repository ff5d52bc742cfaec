/*
 * Readiness for a supervisor: systemd's protocol (sd_notify(3)), which is one
 * datagram to the local socket that $NOTIFY_SOCKET names.
 */
#ifndef SERVER_READY_H
#define SERVER_READY_H

/*
 * Says that the room can be reached, if anybody wants to know. Who cannot be
 * told is not: a supervisor that waits in vain says so itself.
 */
void	 ready_tell(void);

#endif
