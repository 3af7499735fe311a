#!/bin/bash
# Replaces the spot machines by fresh ones. Cron starts it every two minutes.

TF_DIR=${TF_DIR:-/srv/terraform/spot}
LOG_FILE=${LOG_FILE:-/var/log/rotate.log}
LOCK_FILE=${TMPDIR:-/tmp}/rotate.lock

log() {
  echo "[$(date '+%F %T')] $1" >>"$LOG_FILE"
}

error_exit() {
  log "error: $1"
  rm -f "$LOCK_FILE"
  exit 1
}

log "rotation starts"

if [ -f "$LOCK_FILE" ]; then
  error_exit "the last rotation is still running"
fi
touch "$LOCK_FILE"

cd "$TF_DIR" || error_exit "cannot enter $TF_DIR"

log "terraform destroy"
terraform destroy -auto-approve >>"$LOG_FILE" 2>&1 || error_exit "terraform destroy failed"

log "terraform apply"
terraform apply -auto-approve >>"$LOG_FILE" 2>&1 || error_exit "terraform apply failed"

rm -f "$LOCK_FILE"
log "rotation done"
