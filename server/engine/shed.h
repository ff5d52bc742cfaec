/*
 * Gives back the memory of what was only read: of the libraries, by whoever
 * loads them. It is read again where it is needed again. Of chat-engine.
 */
#ifndef SERVER_ENGINE_SHED_H
#define SERVER_ENGINE_SHED_H

void	 shed(void);

#endif
