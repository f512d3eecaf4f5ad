/* Clients that stop sending in the middle of a request.
 *
 * libmicrohttpd 0.9.75 reads what came, finds less than it had room for, and waits for the next
 * event; the end of the stream, when it came together with those bytes, was part of the last one.
 * Such a connection would stay until it has been idle for too long. Here every connection is
 * watched for that end, and its receiving side is shut down once more, which is an event.
 */
#ifndef SERVER_HANGUP_H
#define SERVER_HANGUP_H

/* A descriptor that is readable when a client stopped sending; -1 when the system refuses. */
int hangup_open(void);

/* Watches a connection's descriptor, which leaves by itself when it is closed. */
void hangup_watch(int hangups, int fd);

/* Tells libmicrohttpd of all clients that stopped. To be called after it has read what it can. */
void hangup_tell(int hangups);

#endif
