/* The signals that stop the server: SIGTERM, SIGINT, SIGHUP and SIGQUIT. SIGHUP stays ignored if it
 * was when the program started, as under nohup.
 */
#ifndef SERVER_STOP_SIGNALS_H
#define SERVER_STOP_SIGNALS_H

/* From now on each of them ends the process at once, with this status, and says this (static text)
 * on stderr. As PID 1 there would be no default handling to fall back on. */
void stop_signals_exit(int status, const char *message);

/* From now on they are blocked, and read from the descriptor that is returned. -1 with errno when
 * the system refuses. The caller closes it. */
int stop_signals_open(void);

/* Takes one that has come, so that stop_signals_exit() ends the process only at the next. */
void stop_signals_take(int fd);

#endif
