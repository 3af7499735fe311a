#!/bin/bash
TF_DIR="/root/terraform_proj/spot_cvm_2c4g"
LOCK_FILE="/tmp/terraform_rotate.lock"
LOG_FILE="/var/log/terraform_rotate.log"
log() {
  echo "[$(date '+%Y-%m-%d %H:%M:%S')] $1" >> $LOG_FILE
}
error_exit() {
  log "x: $1"
  rm -f $LOCK_FILE
  exit 1
}
log "=== start ==="
if [ -f $LOCK_FILE ]; then
  error_exit "still running"
fi
touch $LOCK_FILE
cd $TF_DIR || error_exit "no dir $TF_DIR"
log "terraform destroy..."
terraform destroy -auto-approve >> $LOG_FILE 2>&1 
if [ $? -ne 0 ]; then
  error_exit "terraform destroy"
fi
sleep 300
log "terraform apply..."
terraform apply -auto-approve >> $LOG_FILE 2>&1
if [ $? -ne 0 ]; then
  error_exit "terraform apply"
fi
rm -f $LOCK_FILE
log "done"
exit 0
