select last from revision
